"""The sentences of everything beside verdicts, fees and scores: abolition, commission, points, health, measures."""

from assessments.engine.text import Text

WIDER_SENTENCES: dict[str, Text] = {
    # the year in which the fee ended
    "abolished": Text(
        "年费自 {before} 起取消：之后 {months} 个月的部分先行返还（{early}），之前的月份另行结算（{rest}）",
        "the fee ended on {before}: {months} months after it come back early ({early}), "
        "the months before are settled by themselves ({rest})",
    ),
    "early_reached": Text(
        "{before} 之前销售额 {sales}，已达全年目标 {target}：全额返还",
        "sales before {before} are {sales}, the year's target {target} is reached: everything comes back",
    ),
    "score_rule_abolished": Text(
        "{before} 起签约的店铺不收年费", "a store that signs on {before} or later pays no annual fee"
    ),
    # a probation by months
    "month_sum_compared": Text(
        "{month} 当月 {metric} {actual}，要求 {comparator} {target}",
        "month from {month}: {metric} {actual}, needs {comparator} {target}",
    ),
    # parts of a score
    "ratio_of_counts": Text("{name} {of} ÷ {over} = {value:%}", "{name} {of} / {over} = {value:%}"),
    "small_count_raised": Text(
        "{name} 不良事件 {count} 起，不超过 {at_most} 起：不低于 {score} 分",
        "{name}: {count} bad events, {at_most} at most: at least {score} points",
    ),
    "small_count_left_out": Text(
        "{name} 不良事件 {count} 起，不超过 {at_most} 起：不计入",
        "{name}: {count} bad events, {at_most} at most: left out",
    ),
    "bonus_reached": Text(
        "{name}：{value:%} {comparator} {line:%}，加分", "{name}: {value:%} {comparator} {line:%}, bonus given"
    ),
    "bonus_not_reached": Text(
        "{name}：{value:%}，要求 {comparator} {line:%}，不加分",
        "{name}: {value:%}, needs {comparator} {line:%}, no bonus",
    ),
    # days and incidents
    "days_counted": Text(
        "{metric} 不满足 {comparator} {line} 的天数 {failures} 天，达到 {limit} 天即失败；没有数据的 {unknown} 天",
        "{metric} is not {comparator} {line} on {failures} days; it fails at {limit}; days without figures: {unknown}",
    ),
    "band_days_used": Text(
        "不达标 {failures} 天，允许 {allowed} 天，已用 {used:%}：{level}",
        "{failures} failing days of {allowed} allowed, {used:%} used: {level}",
    ),
    "incidents_none": Text(
        "期内相关事件 {count} 起，达到 {at_least} 起才触发", "incidents: {count}, of consequence at {at_least}"
    ),
    "incidents_fails": Text(
        "期内相关事件 {count} 起（{days}），达到 {at_least} 起：考核失败",
        "incidents: {count} ({days}), {at_least} are enough: the period fails",
    ),
    "incidents_warns": Text(
        "期内相关事件 {count} 起（{days}），达到 {at_least} 起：关注",
        "incidents: {count} ({days}), {at_least} are enough: watched",
    ),
    "incidents_nothing": Text(
        "期内相关事件 {count} 起（{days}），不影响考核", "incidents: {count} ({days}), without consequence"
    ),
    # health
    "measure_no_data": Text("{name}：无数据", "{name}: no data"),
    "measure_given": Text("{name} {value}", "{name} {value}"),
    "measure_ratio": Text("{name}（{window}）{of} ÷ {over} = {value:%}", "{name} ({window}) {of} / {over} = {value:%}"),
    "condition_holds": Text(
        "{level}：{name} {value} {comparator} {line}，满足", "{level}: {name} {value} {comparator} {line} holds"
    ),
    "condition_fails": Text(
        "{level}：{name} {value}，要求 {comparator} {line}，不满足",
        "{level}: {name} {value}, needs {comparator} {line}, fails",
    ),
    "rated": Text("{rating}：{level}", "{rating}: {level}"),
    "rated_points": Text("{rating}：{level}，{points} 分", "{rating}: {level}, {points} points"),
    # metrics
    "metric_no_data": Text("{name} {from} 至 {to}：无数据", "{name}, {from} to {to}: no data"),
    "metric_ratio": Text(
        "{name} {from} 至 {to}：{of} ÷ {over} = {value:%}", "{name}, {from} to {to}: {of} / {over} = {value:%}"
    ),
    "metric_mean": Text(
        "{name} {from} 至 {to}：合计 {of} ÷ {over} = {value}", "{name}, {from} to {to}: {of} in all / {over} = {value}"
    ),
    # commission
    "commission_of_orders": Text(
        "确认收货 {orders} 单共 {confirmed}，费率 {rate:%}：服务费 {fee}",
        "{orders} orders confirmed, {confirmed} in all, rate {rate:%}: commission {fee}",
    ),
    "commission_of_total": Text(
        "确认收货金额 {confirmed} × {rate:%} = {fee}", "confirmed amount {confirmed} × {rate:%} = {fee}"
    ),
    "rebate_cash": Text(
        "确认收货金额 {confirmed} ≤ {at_most}：返现 {fee} × {share:%} = {amount}，{paid}",
        "confirmed amount {confirmed} ≤ {at_most}: cash back {fee} × {share:%} = {amount}, {paid}",
    ),
    "rebate_coupon": Text(
        "确认收货金额 {confirmed} ≤ {at_most}：优惠券 {fee} × {share:%} = {amount}",
        "confirmed amount {confirmed} ≤ {at_most}: coupon {fee} × {share:%} = {amount}",
    ),
    "rebate_coupon_until": Text(
        "确认收货金额 {confirmed} ≤ {at_most}：优惠券 {fee} × {share:%} = {amount}，需手动领取，有效期至 {until}",
        "confirmed amount {confirmed} ≤ {at_most}: coupon {fee} × {share:%} = {amount}, "
        "to be claimed by hand, valid to {until}",
    ),
    "rebate_none": Text(
        "确认收货金额 {confirmed} 超过 {at_most}：没有返还",
        "confirmed amount {confirmed} is above {at_most}: no rebate",
    ),
    # violation points
    "points_deducted": Text(
        "{on} {name} 扣 {deducted} 分，累计 {points} 分", "{on} {name}: {deducted} points, {points} in all"
    ),
    "points_reset": Text("{on} {name} 清零（原 {points} 分）", "{on} {name}: reset ({points} before)"),
    "points_carried": Text(
        "{on} {name} 由 {points} 分清至 {after} 分，带入下一年度",
        "{on} {name}: {after} of {points} points are carried over",
    ),
    "points_kept": Text("{on} {name} {points} 分不清零", "{on} {name}: {points} points are not reset"),
    "node_reached": Text("{on} 达到节点 {at_least} 分：{name}", "{on} node {at_least} reached: {name}"),
    "measure": Text("{on} 起 {name}", "from {on}: {name}"),
    "measure_until": Text("{on} 起、{until} 之前 {name}", "from {on}, before {until}: {name}"),
    "measure_money": Text("{on} {name} {money}", "{on} {name}: {money}"),
    "rebate_forfeited": Text("因「{reason}」退出：不返还服务费", "left because of {reason}: no rebate"),
}

WIDER_WORDS: dict[str, Text] = {}
