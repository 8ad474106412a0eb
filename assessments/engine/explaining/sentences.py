"""The sentences of verdicts, fees and scores, by step key. Names in braces are operands of the step."""

from assessments.engine.answers.wording import ANSWER_SENTENCES, ANSWER_WORDS
from assessments.engine.explaining.wider import WIDER_SENTENCES, WIDER_WORDS
from assessments.engine.text import Text

SENTENCES: dict[str, Text] = {
    **ANSWER_SENTENCES,
    **WIDER_SENTENCES,
    # lines and months
    "line_looked_up": Text(
        "表「{table}」品类「{category}」：{value}", 'table "{table}", category "{category}": {value}'
    ),
    "exempt": Text(
        "免考期：{from} 起，{before} 之前不考核", "exempt: from {from}, nothing is assessed before {before}"
    ),
    "month_passed": Text(
        "{on} {metric} {value} {comparator} {line}：达标", "{on} {metric} {value} {comparator} {line}: passed"
    ),
    "month_failed": Text(
        "{on} {metric} {value}，要求 {comparator} {line}：不达标",
        "{on} {metric} {value}, needs {comparator} {line}: failed",
    ),
    "month_no_data": Text("{on} {metric}：无数据（不是 0 分）", "{on} {metric}: no data (not 0)"),
    "month_line_not_set": Text("{on} {metric}：未设置档位线", "{on} {metric}: the line is not set"),
    "failures_cumulative": Text(
        "周期内不达标 {failures} 次，达到 {limit} 次即失败，还差 {left} 次；未知月份 {unknown} 个",
        "failing months in this cycle: {failures}; it fails at {limit}, {left} left; unknown months: {unknown}",
    ),
    "failures_consecutive": Text(
        "连续不达标 {failures} 次，连续达到 {limit} 次即失败，还差 {left} 次；未知月份 {unknown} 个",
        "failing months in a row: {failures}; it fails at {limit} in a row, {left} left; unknown months: {unknown}",
    ),
    "target_shared": Text("目标 {full} × {share} = {target}", "target {full} × {share} = {target}"),
    "total_compared": Text(
        "{metric} 累计 {actual}，要求 {comparator} {target}，完成率 {completion:%}；"
        "已满 {months} 个月，按进度应为 {pace}",
        "{metric} so far {actual}, needs {comparator} {target}, completion {completion:%}; "
        "after {months} whole months the pace is {pace}",
    ),
    "activity_counted": Text(
        "无经营月：目前连续 {run} 个月，最长连续 {longest} 个月，达到 {limit} 个月即失败；未知月份 {unknown} 个",
        "months without business: {run} in a row now, longest run {longest}; it fails at {limit}; "
        "unknown months: {unknown}",
    ),
    "node_compared": Text(
        "第 {day} 天：累计 {actual}，月均 {average}，要求 {comparator} {target}",
        "day {day}: sum {actual}, month average {average}, needs {comparator} {target}",
    ),
    "last_days_compared": Text(
        "第 {first} 至 {last} 天月均 {average}，要求 {comparator} {target}",
        "days {first} to {last}: month average {average}, needs {comparator} {target}",
    ),
    # standing and consequences
    "band_failures_left": Text(
        "不达标 {failures} 次，上限 {limit} 次，还差 {left} 次：{level}",
        "{failures} failures of {limit}, {left} left: {level}",
    ),
    "band_completion": Text(
        "{months} 个月完成率 {completion:%} < {below:%}：{level}",
        "completion {completion:%} < {below:%} after {months} months: {level}",
    ),
    "band_latest": Text(
        "{on} 最新值 {value}，要求 {comparator} {line}：{level}",
        "newest value {value} of {on}, needs {comparator} {line}: {level}",
    ),
    "standing_untold": Text(
        "数据不足，状态未知：{requirements}", "not enough figures, standing unknown: {requirements}"
    ),
    "stage": Text("{failed_on} 不达标 → {name}：{begins} 起", "failed on {failed_on} → {name}: from {begins}"),
    "stage_with_deadline": Text(
        "{failed_on} 不达标 → {name}：{begins} 起，最晚 {deadline} 前处理",
        "failed on {failed_on} → {name}: from {begins}, to be answered before {deadline}",
    ),
    # fees
    "prepaid_given": Text("实缴年费 {prepaid}", "paid: {prepaid}"),
    "prepaid_computed": Text(
        "应缴年费 {fee} ÷ 12 × {months} = {prepaid}", "prepayment {fee} / 12 × {months} = {prepaid}"
    ),
    "category_only": Text("结算类目：{category}", "settling category: {category}"),
    "category_top": Text("销售额最高的类目结算：{category}", "settles on the category with the most sales: {category}"),
    "category_tied": Text(
        "销售额相同，按年费较高的类目结算：{category}",
        "equal sales: settles on the category with the higher fee: {category}",
    ),
    "category_main": Text(
        "各类目销售额不明，暂按主营类目：{category}",
        "sales by category not known, taking the main category: {category}",
    ),
    "months_effective": Text(
        "缴费 {paid} 个月 = 上线当月及以前 {before} + 经营 {effective} + 退出后 {after}",
        "months paid {paid} = go-live month and before {before} + operating {effective} + after exit {after}",
    ),
    "score_rule_january_day_before": Text(
        "1 月申请退出：取申请前一天的分数 {days}", "applied in January: the score of the day before, {days}"
    ),
    "score_rule_months_before_application": Text(
        "取申请月之前各月末分数：{days}", "month-end scores of the months before the application: {days}"
    ),
    "score_rule_operating_months": Text(
        "取各经营月月末分数：{days}", "month-end scores of the operating months: {days}"
    ),
    "score_rule_not_operating": Text("当年没有经营月份", "no operating month in the year"),
    "score_rule_entry_month": Text(
        "入驻当月退出：不收年费，不看分数", "left in the month of entry: no fee, the score is not looked at"
    ),
    "first_of_january": Text("1 月 1 日申请：前一天属于上一年", "applied on 1 January: the day before is last year's"),
    "score_dropped": Text("暂无数据，不计入平均：{days}", "no score shown, left out of the mean: {days}"),
    "mean_given": Text("{metric} 平均分 {mean}（直接给出）", "{metric} mean {mean} (as given)"),
    "mean_computed": Text("{metric} 平均分 {sum} ÷ {count} = {mean}", "{metric} mean {sum} / {count} = {mean}"),
    "mean_passed": Text(
        "{metric} 平均分 {mean} {comparator} {line}：达标", "{metric} mean {mean} {comparator} {line}: passed"
    ),
    "mean_failed": Text(
        "{metric} 平均分 {mean}，要求 {comparator} {line}：不达标",
        "{metric} mean {mean}, needs {comparator} {line}: failed",
    ),
    "bar_total": Text(
        "{name}：累计 {points} 分，达到 {at_least} 分", "{name}: {points} points in all, at least {at_least}"
    ),
    "bar_single": Text(
        "{name}：单次扣分不低于 {points} 分 {count} 次，达到 {at_least} 次",
        "{name}: {count} single deductions of {points} points or more, at least {at_least}",
    ),
    "bar_topic": Text("{name}：{count} 次", "{name}: {count}"),
    "threshold": Text(
        "返还 {share:%} 的销售额：{year} × {months} ÷ 12 = {threshold}",
        "sales for {share:%} back: {year} × {months} / 12 = {threshold}",
    ),
    "sales_share": Text("销售额 {sales}：可返 {share:%}", "sales {sales}: {share:%} back"),
    "due": Text(
        "应收 {fee} ÷ 12 × {months} ×（1 − {discount}）= {due}", "due {fee} / 12 × {months} × (1 − {discount}) = {due}"
    ),
    "refund": Text("返还 {prepaid} − {due} = {refund}", "refund {prepaid} − {due} = {refund}"),
    "sum_line": Text("其中 {name}：{amount}", "of which {name}: {amount}"),
    "forfeited": Text("因「{reason}」退出：年费不退", "left because of {reason}: nothing is given back"),
    # scores
    "too_few": Text("{name} {count} < {at_least}：没有分数", "{name} {count} < {at_least}: no score"),
    "bonus": Text("附加分 {name} {points}，合计 {sum}", "bonus {name} {points}, sum {sum}"),
    "capped": Text("{value} 超过上限，取 {cap}", "{value} is above the cap: {cap}"),
    "renormalised": Text(
        "按有分项的权重 {weights} 折算：{value}", "over the weights that have a score, {weights}: {value}"
    ),
    "weighted_sum": Text("权重合计 {weights}：{value}", "weights {weights}: {value}"),
    "part_missing": Text("{name}（权重 {weight}）：没有得分", "{name} (weight {weight}): no score"),
    "part_weighed": Text("{name} {value} × {share} = {contribution}", "{name} {value} × {share} = {contribution}"),
    "tier_lower_reached": Text("{name} {value} ≤ {line}：{score} 分", "{name} {value} ≤ {line}: {score} points"),
    "tier_lower_not_reached": Text(
        "{name} {value} > {line}：不到 {score} 分", "{name} {value} > {line}: not {score} points"
    ),
    "tier_higher_reached": Text("{name} {value} ≥ {line}：{score} 分", "{name} {value} ≥ {line}: {score} points"),
    "tier_higher_not_reached": Text(
        "{name} {value} < {line}：不到 {score} 分", "{name} {value} < {line}: not {score} points"
    ),
    "tier_below": Text("{name} {value} 未达到任何档位：{score} 分", "{name} {value} reaches no line: {score} points"),
    "ratings_mean": Text(
        "{name} {sum} ÷ {count} = {mean}（不计 {left_out} 条）", "{name} {sum} / {count} = {mean} ({left_out} left out)"
    ),
}

WORDS: dict[str, Text] = {
    **ANSWER_WORDS,
    **WIDER_WORDS,
    "met": Text("达标", "met"),
    "missed": Text("不达标", "missed"),
    "pending": Text("考核中", "pending"),
    "no_data": Text("无数据", "no data"),
    "line_not_set": Text("未设置档位线", "line not set"),
    "exempt": Text("免考", "exempt"),
    "clear": Text("正常", "clear"),
    "unknown": Text("未知", "unknown"),
    "watch": Text("关注", "watch"),
    "low": Text("低风险", "low risk"),
    "medium": Text("中风险", "medium risk"),
    "high": Text("高风险", "high risk"),
    "failed": Text("考核失败", "failed"),
    "supervised": Text("监管", "supervised"),
    "removed": Text("清退", "removed"),
    "settled": Text("已可结算", "settled"),
    "estimate": Text("估算", "estimate"),
    "question": Text("待确认", "to be confirmed"),
    "official": Text("官方文本", "official wording"),
    "secondary": Text("二手资料", "secondary source"),
    "inferred": Text("推断", "inferred"),
    "example": Text("示例", "example"),
    "override": Text("本机构或本店设置", "set by the agency or for the store"),
    "trial": Text("试考期", "trial"),
    "formal": Text("正式考核期", "formal period"),
    "probation": Text("试运营期", "probation"),
    "voluntary": Text("主动退出", "voluntary exit"),
    "not_renewed": Text("未续签", "not renewed"),
    "failed_assessment": Text("考核不达标", "failed assessment"),
    "violation": Text("违规清退", "removal for violation"),
    "false_credentials": Text("虚假资质", "false credentials"),
}
