"""The sentences of what-if, levers and money: changes, steps of the refund, exit days."""

from assessments.engine.text import Text

MONEY_SENTENCES: dict[str, Text] = {
    "change_closing": Text("假设 {on} 月末 {metric} 为 {value}", "suppose {metric} is {value} at the month-end {on}"),
    "change_score": Text("假设 {on} {metric} 为 {value}", "suppose {metric} is {value} on {on}"),
    "change_total": Text(
        "假设 {on} 所在月 {metric} 增加 {value}", "suppose {metric} has {value} more in the month of {on}"
    ),
    "change_line": Text("假设表 {table} 的数值为 {value}", "suppose table {table} says {value}"),
    "change_leave": Text("假设 {on} 申请退出", "suppose the store applies to leave on {on}"),
    "change_stay": Text("假设不退出", "suppose the store stays"),
    "change_as_of": Text("假设数据截至 {on}", "suppose the figures end on {on}"),
    "change_option": Text("假设选项 {option} = {value}", "suppose the option {option} = {value}"),
    "change_sales": Text("假设年销售额为 {value}", "suppose the year's sales are {value}"),
    "what_if_as_of": Text("数据截至日由 {before} 移到 {after}", "the figures now end on {after} instead of {before}"),
    "what_if_flip": Text(
        "{name}：{before} → {after}（若今日判定：{live_before} → {live_after}）",
        "{name}: {before} → {after} (if judged today: {live_before} → {live_after})",
    ),
    "what_if_period": Text(
        "整个周期：{before} → {after}，达标月数变化 {months}",
        "the whole period: {before} → {after}, change in months passed {months}",
    ),
    "what_if_refund": Text("返还：{before} → {after}，变化 {gain}", "refund: {before} → {after}, change {gain}"),
    "refund_now": Text("目前返还 {refund}", "refund as it stands {refund}"),
    "score_distance": Text(
        "{metric} 平均分 {mean}，标准 {line}，差 {distance}；平均分再变好 {step}，返还变化 {gain}",
        "{metric} mean {mean}, standard {line}, short by {distance}; a mean better by {step} changes the refund by "
        "{gain}",
    ),
    "score_slip": Text(
        "任一个月末变差 {step}，平均分变差 {mean}，返还减少 {lost}",
        "one month-end worse by {step} makes the mean worse by {mean} and costs {lost}",
    ),
    "refund_from_mean": Text(
        "{metric} 平均分从 {from} 起：返还 {refund}", "{metric} mean from {from} on: refund {refund}"
    ),
    "refund_from_sales": Text("销售额从 {from} 起：返还 {refund}", "sales from {from} on: refund {refund}"),
    "sales_distance": Text(
        "到下一档还差销售额 {missing}，返还变化 {gain}",
        "the next tier needs {missing} more sales and changes the refund by {gain}",
    ),
    "lever_gate": Text(
        "{name}：合计变动 {by} 即可由「{before}」变为「{after}」，"
        "达标月数变化 {months}，返还变化 {gain}，需 {hours} 小时",
        "{name}: {by} in all turns {before} into {after}, change in months passed {months}, in the refund {gain}, "
        "hours {hours}",
    ),
    "lever_month": Text(
        "{name}：{on} 所在月变动 {by}，达标月数变化 {months}，返还变化 {gain}，需 {hours} 小时",
        "{name}: {by} in the month of {on}, change in months passed {months}, in the refund {gain}, hours {hours}",
    ),
    "lever_overlaps": Text("与这些要求动用同一指标，收益不能相加：{others}", "moves the same figures as: {others}"),
    "levers_together": Text(
        "全部要求的调整一起做：达标月数变化 {months}，返还变化 {gain}（单独相加为 {sum}）",
        "all requirements' levers together: change in months passed {months}, in the refund {gain} (added up singly: "
        "{sum})",
    ),
    "levers_none": Text("没有不达标的要求", "no requirement fails"),
    "exit_by_day": Text(
        "数据截至 {as_of}，各退出日按预计到当天的销售额测算",
        "figures up to {as_of}; each leaving day is settled with the sales expected up to it",
    ),
    "exit_by_sales_so_far": Text(
        "数据截至 {as_of}，各退出日都按目前已知的销售额测算",
        "figures up to {as_of}; every leaving day is settled with the sales known so far",
    ),
    "exit_span": Text(
        "{from} 至 {until} 退出：经营 {months} 个月，返还 {refund}（{low} 至 {high}）",
        "leaving from {from} to {until}: {months} operating months, refund {refund} ({low} to {high})",
    ),
    "exit_span_unknown": Text(
        "{from} 至 {until} 退出：经营 {months} 个月，返还待确认（{low} 至 {high}）",
        "leaving from {from} to {until}: {months} operating months, refund to be confirmed ({low} to {high})",
    ),
    "exit_best": Text("返还最多：{from} 至 {until}，{refund}", "most back: {from} to {until}, {refund}"),
    "exit_worst": Text("返还最少：{from} 至 {until}，{refund}", "least back: {from} to {until}, {refund}"),
    "exit_stay": Text("经营到年底：返还 {refund}", "staying to the end of the year: refund {refund}"),
}
