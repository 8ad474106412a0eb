"""违规/处罚记录: one row per deduction of violation points, as agencies collect them from the back offices."""

from decimal import Decimal
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.catalogue import Unit
from assessments.metrics.reading.fields import Field, FieldType, RecordShape
from assessments.metrics.reading.formats.base import Format, Layout

WITHDRAWN, STANDS = "withdrawn", "stands"
_SEVERITIES: Final = {
    "general": "一般违规 一般 a类 a 一般违规(a类) 一般违规a类 a类违规 一般违规扣分 general",
    "severe": "严重违规 严重 b类 b 严重违规(b类) 严重违规b类 b类违规 严重违规扣分 severe",
    "counterfeit": "售假违规 售假 c类 c 售假违规(c类) 售假(c类) c类违规 出售假冒商品 假冒 假货 counterfeit",
}
_APPEALS: Final = {
    WITHDRAWN: "申诉成立 申诉成功 申诉通过 已申诉成功 已撤销 撤销 处罚撤销 已撤回 撤回 是",
    STANDS: "未申诉 申诉中 申诉处理中 待申诉 可申诉 申诉不成立 申诉失败 申诉驳回 不成立 已驳回 未撤销 有效 生效 生效中 "
    "已生效 处罚中 已处罚 处罚完成 已完成 已结束 已执行 执行中 否",
}


def _words(table: dict[str, str]) -> dict[str, str]:
    return {word: stored for stored, words in table.items() for word in words.split()}


FIELDS: Final = (
    Field(
        code="number",
        zh="违规编号",
        en="Violation number",
        type=FieldType.ID,
        names=("违规编号", "处罚编号", "违规单号", "处罚单号", "案件编号", "违规id", "处罚id"),
        note="平台的编号，保持文本格式。有编号时按店铺和编号更新；没有编号时按店铺、日期、等级、扣分和主题识别。",
        example="V202503010001",
    ),
    Field(
        code="occurred_on",
        zh="违规日期",
        en="Date",
        type=FieldType.DAY,
        names=("违规日期", "处罚日期", "扣分日期", "违规时间", "处罚时间", "扣分时间", "处罚生效时间", "日期", "date"),
        note="扣分生效的日期，按北京时间，如 2025-03-01。",
        example="2025-03-01",
        required=True,
    ),
    Field(
        code="points",
        zh="违规扣分",
        en="Points",
        type=FieldType.NUMBER,
        names=("违规扣分", "扣分", "扣分值", "扣分数", "扣分分值", "处罚扣分", "违规分", "分值", "points"),
        note="扣了多少分，写正数，最多一位小数。",
        example="2",
        required=True,
        unit=Unit.SCORE,
        shown_in="分",
        decimals=1,
        ceiling=Decimal("9999.9"),
    ),
    Field(
        code="severity",
        zh="违规等级",
        en="Severity",
        type=FieldType.CHOICE,
        names=("违规等级", "违规级别", "违规性质", "违规类别", "严重程度", "等级", "severity"),
        note="一般违规（A 类）、严重违规（B 类）或售假违规（C 类）。",
        example="一般违规",
        required=True,
        words=_words(_SEVERITIES),
    ),
    Field(
        code="topic",
        zh="违规类型",
        en="Topic",
        type=FieldType.TEXT,
        names=("违规类型", "违规主题", "违规种类", "处罚类型", "topic"),
        note="规则点名的主题请照写：虚假交易、不当使用他人权利、数据安全；其余写平台的说法即可。",
        example="虚假交易",
        offered=("虚假交易", "不当使用他人权利", "数据安全", "其他"),
        longest=120,
    ),
    Field(
        code="reason",
        zh="违规原因",
        en="Reason",
        type=FieldType.TEXT,
        names=("违规原因", "违规行为", "处罚原因", "违规说明", "违规描述", "违规事由", "原因", "reason"),
        note="平台写明的原因，最多 200 字。请勿写买家信息。",
        example="虚构交易订单",
        longest=200,
    ),
    Field(
        code="appeal",
        zh="申诉状态",
        en="Appeal",
        type=FieldType.CHOICE,
        names=("申诉状态", "申诉结果", "处罚状态", "违规状态", "状态", "是否撤销", "appeal"),
        note="申诉成立或已撤销的不再计分；其余状态照计。留空则保留原来的状态。",
        example="未申诉",
        words=_words(_APPEALS),
        offered=("未申诉", "申诉中", "申诉不成立", "申诉成立", "已撤销"),
    ),
)

FORMAT = Format(
    kind="violations",
    name=Text(zh="违规处罚记录", en="Violations"),
    layout=Layout.RECORDS,
    target="violations",
    record=RecordShape(FIELDS, names_store=True),
    required=tuple(known.names for known in FIELDS if known.required),
    forbidden=("订单编号", "退款编号", "已缴年费"),
)
