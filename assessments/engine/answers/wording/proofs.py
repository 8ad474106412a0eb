"""The sentences of proofs, clocks, intervals, what-if and levers, and the words that only answers use."""

from assessments.engine.text import Text

PROOF_SENTENCES: dict[str, Text] = {
    "decided_since": Text(
        "{since} 起结果为「{reach}」，不会再变；前提：分数在 {score_lowest} 与 {score_highest} 之间，"
        "每天的数额不低于 {day_lowest}、不高于 {day_highest}",
        "{reach} since {since}, nothing can change it; this rests on scores between {score_lowest} and {score_highest} "
        "and on a day adding no less than {day_lowest} and no more than {day_highest}",
    ),
    "undecided": Text(
        "截至 {as_of}：{reach}；前提：分数在 {score_lowest} 与 {score_highest} 之间，"
        "每天的数额不低于 {day_lowest}、不高于 {day_highest}",
        "as of {as_of}: {reach}; this rests on scores between {score_lowest} and {score_highest} "
        "and on a day adding no less than {day_lowest} and no more than {day_highest}",
    ),
    "clock_running": Text(
        "截至 {as_of}：{standing}；周期到 {until} 之前", "as of {as_of}: {standing}; the period ends before {until}"
    ),
    "clock_failed": Text(
        "截至 {as_of} 周期已不达标：{standing}（周期到 {until} 之前）",
        "as of {as_of} the period has failed: {standing} (it ends before {until})",
    ),
    "clock_all": Text(
        "累计不达标 {failures} 次，达到 {limit} 次即失败，还差 {left} 次；{until} 新周期开始时清零",
        "failing months so far: {failures}, it fails at {limit}, {left} left; the count starts again on {until}",
    ),
    "clock_row": Text(
        "连续 {failures} 个月，达到 {limit} 个月即失败，还差 {left} 个月；有一个月达标即清零，{until} 新周期也清零",
        "months in a row so far: {failures}, it fails at {limit}, {left} left; one passing month starts the count "
        "again, and so does the new period on {until}",
    ),
    "clock_days": Text(
        "累计不达标 {failures} 天，达到 {limit} 天即失败，还差 {left} 天；{until} 新周期开始时清零",
        "failing days so far: {failures}, it fails at {limit}, {left} left; the count starts again on {until}",
    ),
    "next_month": Text(
        "下一次可能不达标：{on}，最晚当天避免（须达到 {must}）；若不达标：{standing}，之后还差 {left} 次",
        "the next one that can fail: {on}, avoidable up to that day (must reach {must}); if it fails: {standing}, "
        "{left} left after it",
    ),
    "next_month_fatal": Text(
        "下一次可能不达标：{on}，最晚当天避免（须达到 {must}）；若不达标，周期失败：{standing}，之后还差 {left} 次",
        "the next one that can fail: {on}, avoidable up to that day (must reach {must}); if it fails, so does the "
        "period: {standing}, {left} left after it",
    ),
    "next_sum_fatal": Text(
        "最晚 {on} 当天补足，至少还须 {must}；否则周期失败：{standing}",
        "to be made up by {on} at the latest, at least {must} more; otherwise the period fails: {standing}",
    ),
    "fails_at_the_earliest": Text(
        "若之后每次都不达标，最早在 {on} 失败",
        "if everything from now on fails, the period fails on {on} at the earliest",
    ),
    "three_verdicts": Text(
        "截至 {as_of}：期末判定 {settled}，若今日判定 {live}，按下列假设推到期末 {projected}",
        "as of {as_of}: settled {settled}, if judged today {live}, projected to the end as follows {projected}",
    ),
    "carried_value": Text(
        "{metric}：之后每个月末都按 {on} 的 {value}", "{metric}: every month-end to come is {value}, as on {on}"
    ),
    "carried_days": Text(
        "{metric}：之后每天按已知 {days} 天的平均 {per_day}",
        "{metric}: every day to come adds {per_day}, the mean of {days} known days",
    ),
    "interval_verdict": Text(
        "缺少的数据补齐后：最好 {best}（若今日判定：{live_best}），最差 {worst}（若今日判定：{live_worst}）",
        "once what is missing is filled in: at best {best} (if judged today: {live_best}), at worst {worst} "
        "(if judged today: {live_worst})",
    ),
    "interval_count": Text(
        "不达标 {lowest} 至 {highest} 次：最好 {best}，最差 {worst}",
        "{lowest} to {highest} failures: at best {best}, at worst {worst}",
    ),
    "interval_score": Text(
        "分数在 {lowest} 与 {highest} 之间：最好 {best}，最差 {worst}",
        "the score is between {lowest} and {highest}: at best {best}, at worst {worst}",
    ),
    "interval_sum": Text(
        "累计在 {lowest} 与 {highest} 之间（缺 {days} 天，每天 {day_lowest} 至 {day_highest}）：最好 {best}，"
        "最差 {worst}",
        "the sum is between {lowest} and {highest} ({days} days missing, each {day_lowest} to {day_highest}): at best "
        "{best}, at worst {worst}",
    ),
    "interval_mean": Text(
        "{metric} 平均分在 {lowest} 与 {highest} 之间", "the mean of {metric} is between {lowest} and {highest}"
    ),
    "interval_refund": Text("返还在 {lowest} 与 {highest} 之间", "the refund is between {lowest} and {highest}"),
    "next_file": Text(
        "最该先补：{metric}，{on} 所在月（缺 {days} 天）",
        "fill this in first: {metric}, the month of {on} ({days} days missing)",
    ),
    "next_figure": Text(
        "最该先补：{metric} {on} 的分数，返还范围至少缩小 {narrows}",
        "fill this in first: {metric} of {on}, it narrows the refund's range by at least {narrows}",
    ),
    "next_figure_sales": Text(
        "最该先补：全年 {metric}，返还范围至少缩小 {narrows}",
        "fill this in first: {metric} of the year, it narrows the refund's range by at least {narrows}",
    ),
    "no_gaps": Text("没有缺少的数据", "nothing is missing"),
}

ANSWER_WORDS: dict[str, Text] = {
    "clinched": Text("已锁定达标", "passed for certain"),
    "eliminated": Text("已锁定不达标", "failed for certain"),
    "open": Text("未定", "open"),
}
