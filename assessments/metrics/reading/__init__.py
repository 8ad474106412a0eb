"""Reading of uploaded files: bytes in, store-days and rejections out. Pure: no Django, no clock, no disk."""
