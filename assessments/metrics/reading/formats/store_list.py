"""店铺清单: one row per store that the agency looks after; brings stores in and keeps them up to date."""

from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading.fields import Field, FieldType, RecordShape
from assessments.metrics.reading.formats.base import DAY_NAMES, SHOP_ID_NAMES, SHOP_NAME_NAMES, Format, Layout

_PLATFORMS: Final = {
    "tmall": "天猫 tmall",
    "taobao": "淘宝 taobao",
    "jd": "京东 jd",
    "douyin": "抖音 抖店 douyin",
    "pinduoduo": "拼多多 pinduoduo",
    "xiaohongshu": "小红书 xiaohongshu",
    "amazon": "亚马逊 amazon",
    "ebay": "ebay",
    "shopee": "虾皮 shopee",
    "aliexpress": "速卖通 aliexpress",
}
_SHOP_TYPES: Final = {
    "flagship": "旗舰店 品牌旗舰店 官方旗舰店",
    "exclusive": "专卖店",
    "specialty": "专营店",
    "mall": "卖场型旗舰店 卖场旗舰店",
    "other": "其他 其它",
}
_STATES: Final = {"active": "在营 经营中 营业中 正常 运营中", "exited": "已退店 退店 已清退 已关店 已退出"}


def _words(table: dict[str, str]) -> dict[str, str]:
    return {word: stored for stored, words in table.items() for word in words.split()}


def _text(  # noqa: PLR0917  (rows of a table are positional)
    code: str, zh: str, en: str, names: str, note: str, example: str, **more: int
) -> Field:
    return Field(
        code=code,
        zh=zh,
        en=en,
        type=FieldType.TEXT,
        names=(zh, *names.split()),
        note=note,
        example=example,
        longest=more.get("longest", 120),
    )


def _choice(  # noqa: PLR0917  (rows of a table are positional)
    code: str, zh: str, en: str, names: str, note: str, table: dict[str, str]
) -> Field:
    words = _words(table)
    return Field(
        code=code,
        zh=zh,
        en=en,
        type=FieldType.CHOICE,
        names=(zh, *names.split()),
        note=note,
        example=next(iter(words)),
        words=words,
    )


FIELDS: Final = (
    Field(
        code="shop_id",
        zh="店铺ID",
        en="Shop id",
        type=FieldType.ID,
        names=SHOP_ID_NAMES,
        note="平台的店铺编号，保持文本格式；同一平台上的店铺按它更新。",
        example="100000001",
        required=True,
    ),
    Field(
        code="name",
        zh="店铺名称",
        en="Store name",
        type=FieldType.TEXT,
        names=SHOP_NAME_NAMES,
        note="新店必填。",
        example="云裳旗舰店",
    ),
    _text(
        "client",
        "客户",
        "Client",
        "客户名称 所属客户 品牌方 商家 商家名称 client",
        "新店必填；没有的客户会新建。",
        "云裳",
    ),
    _choice("platform", "平台", "Marketplace", "电商平台 所属平台 platform", "留空为天猫。", _PLATFORMS),
    _choice("shop_type", "店铺类型", "Store type", "店铺性质 开店类型", "新店留空为旗舰店。", _SHOP_TYPES),
    _text(
        *("main_category", "主营类目", "Main category", "经营大类 一级类目 主营一级类目"),
        "新店必填，写平台的类目全名。",
        "女装/女士精品",
        longest=60,
    ),
    Field(
        code="other_categories",
        zh="其他类目",
        en="Other categories",
        type=FieldType.WORDS,
        names=("其他类目", "兼营类目", "其它类目"),
        note="多个类目用顿号隔开。",
        example="",
        longest=60,
    ),
    Field(
        code="go_live_on",
        zh="上线日期",
        en="Go-live date",
        type=FieldType.DAY,
        names=("上线日期", "上线时间", "店铺上线日期", "开店日期", "开店时间", "入驻日期"),
        note="新店必填；考核期由它算起。",
        example="2024-07-15",
    ),
    _choice("status", "经营状态", "Status", "店铺状态 状态", "在营或已退店；新店留空为在营。", _STATES),
    Field(
        code="operators",
        zh="运营",
        en="Operators",
        type=FieldType.WORDS,
        names=("运营", "运营账号", "运营人员", "负责运营", "店铺运营"),
        note="运营的账号或姓名，多人用顿号隔开；填写后以此为准，留空不变。",
        example="",
        longest=80,
    ),
)

FORMAT = Format(
    kind="store_list",
    name=Text(zh="店铺清单", en="Store list"),
    layout=Layout.RECORDS,
    target="stores",
    record=RecordShape(FIELDS, names_store=False),
    required=(FIELDS[0].names, FIELDS[5].names),
    # A list of stores has no day of its own, and a fee ledger with categories is no list of stores.
    forbidden=(*DAY_NAMES, "已缴年费", "年费年度", "年度", "订单编号", "商品id", "违规扣分", "扣分"),
)
