"""退款单: one row per refund, cut by the time of application; what was refunded counts on the day it was completed."""

from assessments.engine.text import Text
from assessments.metrics.reading.formats.base import Counted, Format, Layout, Tally

APPLIED = ("退款的申请时间", "退款申请时间", "申请时间")
COMPLETED = ("退款完结时间", "完结时间")
STATUS = ("退款状态",)
AMOUNT = ("买家退款金额", "退款总额", "退款金额", "退给买家金额")
DONE = frozenset({"退款成功"})

FORMAT = Format(
    kind="refund_export",
    name=Text(zh="退款单", en="Refund export"),
    layout=Layout.COUNTED,
    required=(("退款编号", "退款单号"), APPLIED, COMPLETED, STATUS, AMOUNT),
    counted=Counted(
        identity=("退款编号", "退款单号"),
        cut_by=APPLIED,
        status=STATUS,
        # Enough to tell a status from whatever a shifted row has in its place.
        status_words=(
            "退款",
            "等待",
            "同意",
            "拒绝",
            "关闭",
            "成功",
            "申请",
            "退货",
            "换货",
            "补寄",
            "维修",
            "介入",
            "取消",
        ),
        tallies=(
            Tally("refund_orders", on=COMPLETED, only=DONE),
            Tally("refund_amount", on=COMPLETED, adds=(AMOUNT,), only=DONE),
        ),
        only_grows=("refund_orders",),
    ),
)
