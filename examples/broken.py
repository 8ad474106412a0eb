"""Files that go wrong in the ways real ones do, to see what the import says about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures import Day
from writers import SYCM_HEADINGS, sycm_cells, write_sycm

HEADINGS = "日期,店铺ID,店铺名称,店铺综合体验分,交易成功金额(元),支付转化率,访客数,联系手机"


def list_broken(store: Mapping[str, Any], days: Sequence[Day]) -> dict[str, bytes]:
    """File name → content of every broken example; `store` and `days` lend the sound parts."""
    whole = write_sycm(store, days)
    return {
        "坏单元格.csv": _bad_cells(store).encode("gbk"),
        "错列.csv": _shifted(store, days).encode("utf-8-sig"),
        "同日两行不一致.csv": _repeated(store).encode("utf-8"),
        "截断的日报.xls": whole[: len(whole) * 6 // 10],
        "其实是xls的报表.csv": whole,
        "认不出的表.csv": "甲,乙,丙\r\n1,2,3\r\n".encode(),
        "引号没有配对.csv": f'{HEADINGS}\r\n2024-12-01,{store["shop_id"]},"没有结束'.encode(),
        "无法解码.csv": HEADINGS.encode("gbk") + b"\r\n2024-12-01,\xff\xff\xff,1\r\n",
        "网页表格.xls": "<html><table><tr><td>日期</td></tr></table></html>".encode(),
    }


def _bad_cells(store: Mapping[str, Any]) -> str:
    shop, name = store["shop_id"], store["name"]
    return "\r\n".join(
        (
            HEADINGS,
            f'2024-12-01,{shop},{name},4.52,"5,652.00",2.19%,1203,13800000000',
            f"2024-12-02,{shop},{name},暂无数据,--,0.00%,0,13800000000",
            f"2024-02-30,{shop},{name},4.52,100.00,2.19%,10,13800000000",
            f"2024-12-04,{shop},{name},5.2,100.00,2.19%,10,13800000000",
            f'2024-12-05,{shop},{name},4.5,"1,23",0.0219,1e3,13800000000',
            f"2024-12-06,{shop},{name},4.5,12.345,2.19%,10.5,13800000000",
            f"2024-12-07,1.93E+15,{name},4.5,100.00,2.19%,10,13800000000",
            "2024-12-08,,,4.5,100.00,2.19%,10,13800000000",
            '合计,,,,"5,652.00",,1203,',
        )
    )


def _shifted(store: Mapping[str, Any], days: Sequence[Day]) -> str:
    lines = [f"店铺名称：{store['name']}", ",".join(SYCM_HEADINGS)]
    for number, day in enumerate(days[:6]):
        cells = [f'"{cell}"' for cell in sycm_cells(day)]
        lines.append(",".join(["", *cells] if number == 3 else cells))
    return "\r\n".join(lines)


def _repeated(store: Mapping[str, Any]) -> str:
    shop, name = store["shop_id"], store["name"]
    return "\r\n".join(
        (
            HEADINGS,
            f"2024-12-01,{shop},{name},4.52,100.00,2.19%,10,",
            f"2024-12-01,{shop},{name},4.53,100.00,2.19%,10,",
            f"2024-12-02,{shop},{name},4.50,100.00,2.19%,10,",
            f"2024-12-02,{shop},{name},4.50,100.00,2.19%,10,",
        )
    )
