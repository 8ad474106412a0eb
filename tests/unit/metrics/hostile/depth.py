"""How much of the hostile corpus is tried: KAOHE_HOSTILE_TIMES multiplies what the suite draws."""

import os

TIMES = int(os.environ.get("KAOHE_HOSTILE_TIMES", "1"))
IS_LONG = TIMES > 1
SEED = 20_261_122
