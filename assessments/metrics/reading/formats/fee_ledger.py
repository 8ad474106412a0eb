"""年费看板/账房: one row per store and fee year, as agencies type it off the marketplace's annual-fee page."""

from decimal import Decimal
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.catalogue import Unit
from assessments.metrics.reading.fields import Field, FieldType, RecordShape
from assessments.metrics.reading.formats.base import Format, Layout

_REASONS: Final = {
    "voluntary": "主动退店 主动退出 自愿退店 主动 商家主动退店",
    "not_renewed": "到期未续签 未续签 不续签 合同到期",
    "failed_assessment": "考核清退 考核不达标 考核未达标 试运营考核不达标",
    "violation": "违规清退 违规 因违规清退",
    "false_credentials": "资质造假 提供虚假资质 虚假资质",
}


def _yuan(  # noqa: PLR0917  (rows of a table are positional)
    code: str, zh: str, en: str, names: str, note: str, example: str
) -> Field:
    return Field(
        code=code,
        zh=zh,
        en=en,
        type=FieldType.NUMBER,
        names=(zh.lower(), *names.split()),
        note=note,
        example=example,
        unit=Unit.YUAN,
        shown_in="元",
        decimals=2,
    )


def _day(  # noqa: PLR0917  (rows of a table are positional)
    code: str, zh: str, en: str, names: str, note: str, example: str = ""
) -> Field:
    return Field(code=code, zh=zh, en=en, type=FieldType.DAY, names=(zh, *names.split()), note=note, example=example)


FIELDS: Final = (
    Field(
        code="year",
        zh="年费年度",
        en="Fee year",
        type=FieldType.YEAR,
        names=("年费年度", "年度", "年份", "缴费年度", "结算年度", "year"),
        note="自然年，如 2024。",
        example="2024",
        required=True,
    ),
    _yuan(
        *("prepaid", "已缴年费", "Prepaid", "预缴年费 预缴软件服务年费 已缴软件服务年费 已预缴年费 缴纳年费"),
        "账房显示的已缴金额。留空则按类目年费计算。",
        "30000.00",
    ),
    _day("activated_on", "账户激活日期", "Account activated on", "激活日期 账号激活日期", "留空则为上线日期。"),
    _yuan(
        *("sales_half", "50%档销售额", "Sales for 50%", "第一档销售额 一档销售额 50%返还销售额 销售额要求(50%)"),
        "只用来与规则核对，不会改动规则。",
        "",
    ),
    _yuan(
        *("sales_full", "100%档销售额", "Sales for 100%", "第二档销售额 二档销售额 100%返还销售额 销售额要求(100%)"),
        "只用来与规则核对，不会改动规则。",
        "",
    ),
    Field(
        code="score_standard",
        zh="评分标准",
        en="Score standard",
        type=FieldType.NUMBER,
        names=("评分标准", "分数标准", "考核分标准", "服务分标准", "体验分标准", "综合体验分标准"),
        note="只用来与规则核对，不会改动规则。",
        example="",
        unit=Unit.SCORE,
        shown_in="分",
        decimals=2,
        ceiling=Decimal(5),
    ),
    _yuan("refund_due", "应退年费", "Refund due", "应退金额 应退", "只用来与估算核对。", ""),
    _yuan(
        *("refunded", "已退年费", "Refunded", "已退金额 已退 实退年费 实退金额"),
        "平台实际退回的金额，记在估算旁边。",
        "",
    ),
    _day("refunded_on", "退款日期", "Refunded on", "退款时间 退款到账日期 到账日期 返还日期", "实际到账的日期。"),
    _day("exit_applied_on", "申请退店日期", "Applied to leave on", "退店申请日期", "有退店时与退店原因一起填写。"),
    _day("exit_effective_on", "退店日期", "Left on", "退店生效日期 清退日期", "退店生效的日期。"),
    Field(
        code="exit_reason",
        zh="退店原因",
        en="Reason for leaving",
        type=FieldType.CHOICE,
        names=("退店原因", "清退原因"),
        note="与申请退店日期一起填写。",
        example="",
        words={word: stored for stored, words in _REASONS.items() for word in words.split()},
    ),
)

FORMAT = Format(
    kind="fee_ledger",
    name=Text(zh="年费账房", en="Annual fee ledger"),
    layout=Layout.RECORDS,
    target="fee_years",
    record=RecordShape(FIELDS, names_store=True),
    required=(FIELDS[0].names, FIELDS[1].names),
    # The marketplace's own settlement batch has some of these headings with its money in 分: read here, a hundredfold.
    forbidden=("订单编号", "退款编号", "参与保底的成交额", "是否完成保底"),
)
