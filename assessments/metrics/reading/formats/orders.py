"""订单导出 (ExportOrderListYYYYMMDDhhmm.csv): one row per order, cut by the time the orders were placed.

交易成功金额 is not counted from it: an order succeeds days or weeks after it was placed, so that an export cut by the
time of placing holds only a part of what succeeded on its days.
"""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Counted, Format, Layout, Tally

PLACED = ("订单创建时间", "拍下时间", "下单时间")
PAID = ("订单付款时间", "付款时间")
ITEMS = ("宝贝总数量", "商品总数量")
DUE = (("买家应付货款", "应付货款"), ("买家应付邮费", "应付邮费"))
PAYMENT = ("买家实际支付金额", "买家实付金额")

FORMAT = Format(
    kind="order_export",
    name=Text(zh="订单导出", en="Order export"),
    layout=Layout.COUNTED,
    required=(("订单编号",), PLACED, ("订单状态",), (*PAYMENT, DUE[0][0])),
    # A list of the goods of orders has several rows per order, one of refunds has several per order too.
    forbidden=("退款编号", "子订单编号", "商品id"),
    counted=Counted(
        identity=("订单编号",),
        cut_by=PLACED,
        status=("订单状态",),
        status_words=(),  # No sum depends on it.
        tallies=(
            Tally("order_amount", on=PLACED, adds=DUE),
            Tally("order_items", on=PLACED, adds=(ITEMS,)),
            # Whatever became of the order later: what was paid on a day stays paid on that day.
            Tally("paid_orders", on=PAID),
            # The export shows 0 as paid once all of it was refunded.
            Tally("paid_amount", on=PAID, adds=(PAYMENT,), instead=DUE),
            Tally("paid_items", on=PAID, adds=(ITEMS,)),
        ),
        only_grows=("paid_orders", "order_items"),
    ),
)
