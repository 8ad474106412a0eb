"""The sentences of plans: sums, means, ratios, windows, months."""

from assessments.engine.text import Text

PLAN_SENTENCES: dict[str, Text] = {
    "plan_open": Text(
        "到 {until} 还剩 {days} 天，结果未定；未定的要求：{gates}",
        "{days} days left until {until}, still open; what is open: {gates}",
    ),
    "plan_clinched": Text(
        "截至 {as_of} 已锁定达标：{gates}", "passed for certain as of {as_of}, nothing can change it: {gates}"
    ),
    "plan_eliminated": Text(
        "截至 {as_of} 已锁定不达标，起决定作用的要求：{gates}",
        "failed for certain as of {as_of}, decided by: {gates}",
    ),
    "plan_unknown": Text(
        "到 {until} 还剩 {days} 天，结果只取决于缺少的数据：{gates}",
        "{days} days left until {until}; only figures that are missing can tell: {gates}",
    ),
    "plan_line_not_set": Text(
        "到 {until} 还剩 {days} 天，有要求没有设置数值，无法倒推：{gates}",
        "{days} days left until {until}; a number is not set, so there is no plan for: {gates}",
    ),
    "plan_exempt": Text("{until} 之前免考，无需达标", "exempt up to {until}: nothing has to be reached"),
    "sum_open": Text(
        "{metric} 到 {on} 须 {comparator} {target}，已有 {actual}，相差 {missing}（至少 {must_add}）；"
        "剩 {days} 天，每天 {per_day}；未满的月份 {months} 个，每月 {per_month}；过去缺数据 {unknown} 天",
        "{metric} must be {comparator} {target} by {on}, has {actual}, difference {missing} (at least {must_add}); "
        "{days} days left, {per_day} a day; {months} months not over, {per_month} a month; "
        "{unknown} past days without a figure",
    ),
    "sum_clinched": Text(
        "{metric} 到 {on} 须 {comparator} {target}，已有 {actual}：只要每天不低于 {lowest}、不高于 {highest}，不会再变",
        "{metric} must be {comparator} {target} by {on}, has {actual}: it holds for certain, as long as a day is not "
        "below {lowest} or above {highest}",
    ),
    "sum_eliminated": Text(
        "{metric} 到 {on} 须 {comparator} {target}，已有 {actual}，剩 {days} 天，过去缺数据 {unknown} 天："
        "每天在 {lowest} 与 {highest} 之间时已达不到",
        "{metric} must be {comparator} {target} by {on}, has {actual}, {days} days left, {unknown} past days without a "
        "figure: out of reach, with a day between {lowest} and {highest}",
    ),
    "sum_unknown": Text(
        "{metric} 到 {on} 须 {comparator} {target}，已有 {actual}，相差 {missing}：取决于缺数据的 {unknown} 天",
        "{metric} must be {comparator} {target} by {on}, has {actual}, difference {missing}: it hangs on "
        "{unknown} days without a figure",
    ),
    "average_as_sum": Text(
        "{metric} 自 {first} 至 {on} 共 {days} 天，按 {month_days} 天一个月的月均须 {comparator} {average}，"
        "即合计须 {comparator} {target}",
        "{metric} from {first} to {on}, {days} days, must average {comparator} {average} for a month of {month_days} "
        "days: {comparator} {target} in all",
    ),
    "one_is_enough": Text("以上 {sums} 个合计达到其一即可", "one of these {sums} sums is enough"),
    "score_open": Text(
        "{on} 的 {metric} 须 {comparator} {line}，按 {step} 一档为 {must}",
        "on {on} {metric} must be {comparator} {line}, in steps of {step}: {must}",
    ),
    "score_clinched": Text(
        "{on} 的 {metric} 须 {comparator} {line}：已锁定达标（{value}）",
        "on {on} {metric} must be {comparator} {line}: it is for certain ({value})",
    ),
    "score_eliminated": Text(
        "{on} 的 {metric} 须 {comparator} {line}：已锁定不达标（{value}）",
        "on {on} {metric} must be {comparator} {line}: out of reach ({value})",
    ),
    "score_unknown": Text(
        "{on} 的 {metric} 须 {comparator} {line}：没有数据",
        "on {on} {metric} must be {comparator} {line}: there is no figure",
    ),
    "score_line_not_set": Text("{on} 的 {metric}：没有设置档位线", "{metric} on {on}: the line is not set"),
    "sum_line_not_set": Text("{metric} 没有设置目标", "{metric}: the target is not set"),
    "mean_open": Text(
        "{metric} 平均须 {comparator} {target}：还有 {to_come} 个值，平均须 {comparator} {needed} ="
        "（{days} × {target} − {sum}）÷ {to_come}，按 {step} 一档为 {must}；过去未知 {unknown} 个按最差算，"
        "按最好算为 {at_best}",
        "{metric} must average {comparator} {target}: {to_come} values to come must average {comparator} {needed} = "
        "({days} × {target} − {sum}) / {to_come}, in steps of {step}: {must}; {unknown} unknown past values at their "
        "worst, at their best {at_best}",
    ),
    "mean_clinched": Text(
        "{metric} 平均须 {comparator} {target}：{known} 个值合计 {sum}，其余 {to_come} 个与未知 {unknown} 个"
        "在 {lowest} 与 {highest} 之间时必定达到",
        "{metric} must average {comparator} {target}: {known} values add up to {sum}; it holds for certain with "
        "{to_come} to come and {unknown} unknown between {lowest} and {highest}",
    ),
    "mean_eliminated": Text(
        "{metric} 平均须 {comparator} {target}：{known} 个值合计 {sum}，其余 {to_come} 个平均须 {needed}，"
        "未知 {unknown} 个，在 {lowest} 与 {highest} 之间时已达不到",
        "{metric} must average {comparator} {target}: {known} values add up to {sum}, {to_come} to come would have to "
        "average {needed}, {unknown} unknown: out of reach between {lowest} and {highest}",
    ),
    "mean_unknown": Text(
        "{metric} 平均须 {comparator} {target}：{known} 个值合计 {sum}，取决于未知的 {unknown} 个",
        "{metric} must average {comparator} {target}: {known} values add up to {sum}, it hangs on {unknown} unknown",
    ),
    "ratio_open": Text(
        "{metric} {bad} ÷ {orders}，须 {comparator} {threshold:%}；最多再来 {more} 单时，其中至多 {allowed} 单可不良",
        "{metric} {bad} / {orders}, must be {comparator} {threshold:%}; if at most {more} more orders come, "
        "{allowed} of them may be bad",
    ),
    "ratio_clinched": Text(
        "{metric} {bad} ÷ {orders}，须 {comparator} {threshold:%}：最多再来 {more} 单，全部不良也达标",
        "{metric} {bad} / {orders}, must be {comparator} {threshold:%}: it holds even if all of at most {more} more "
        "orders are bad",
    ),
    "ratio_eliminated": Text(
        "{metric} {bad} ÷ {orders}，须 {comparator} {threshold:%}：最多再来 {more} 单，全部良好也达不到（{allowed}）",
        "{metric} {bad} / {orders}, must be {comparator} {threshold:%}: out of reach even if all of at most {more} "
        "more orders are clean ({allowed})",
    ),
    "ratio_unknown": Text(
        "{metric} 没有订单（{orders}），没有比率", "{metric}: no orders ({orders}), so there is no ratio"
    ),
    "ratio_unbounded": Text(
        "{metric} {bad} ÷ {orders}，须 {comparator} {threshold:%}；没有说明还会来多少单，不能下结论",
        "{metric} {bad} / {orders}, must be {comparator} {threshold:%}; without a bound on orders to come nothing is "
        "decided",
    ),
    "ratio_clean": Text(
        "再有 {clean} 单全部良好可回到 {comparator} {threshold:%}",
        "{clean} more clean orders bring it back to {comparator} {threshold:%}",
    ),
    "window_days": Text(
        "{judged} 判定时的 {window} 天窗口为 {from} 至 {until}：已锁定 {locked} 天，还有 {to_come} 天；"
        "今天窗口里最早的 {dropping} 天届时移出",
        "judged on {judged}, the window of {window} days is {from} to {until}: {locked} days locked, {to_come} to "
        "come; the oldest {dropping} days of today's window will have left it",
    ),
    "count_all_open": Text(
        "累计不达标达到 {limit} 次即失败：已有 {failures} 次（最多 {worst} 次），剩 {remaining} 个月末，"
        "其中还可不达标 {may_fail} 个（未知月份都达标时 {at_best} 个）",
        "fails at {limit} failing months: {failures} so far (at most {worst}), {remaining} month-ends left, of which "
        "{may_fail} may still fail ({at_best} if the unknown ones passed)",
    ),
    "count_all_clinched": Text(
        "累计不达标达到 {limit} 次即失败：已有 {failures} 次（最多 {worst} 次），剩 {remaining} 个月末，已不可能达到",
        "fails at {limit} failing months: {failures} so far (at most {worst}), {remaining} month-ends left: it can no "
        "longer be reached",
    ),
    "count_all_eliminated": Text(
        "累计不达标达到 {limit} 次即失败：已有 {failures} 次，剩 {remaining} 个月末，已无法避免",
        "fails at {limit} failing months: {failures} so far, {remaining} month-ends left: it can no longer be avoided",
    ),
    "count_all_unknown": Text(
        "累计不达标达到 {limit} 次即失败：已有 {failures} 次，最多 {worst} 次，取决于没有数据的月份",
        "fails at {limit} failing months: {failures} certain, at most {worst}; it hangs on months without a figure",
    ),
    "count_all_line_not_set": Text(
        "没有设置档位线或次数上限：已有 {failures} 次不达标，剩 {remaining} 个月末",
        "the line or the limit is not set: {failures} failing months so far, {remaining} month-ends left",
    ),
    "count_row_open": Text(
        "连续达到 {limit} 个月即失败：目前最长 {failures} 个月（最多 {worst} 个月），剩 {remaining} 个月，"
        "其中还可不达标 {may_fail} 个（未知月份都达标时 {at_best} 个）",
        "fails at {limit} months in a row: longest run {failures} so far (at most {worst}), {remaining} months left, "
        "of which {may_fail} may still fail ({at_best} if the unknown ones passed)",
    ),
    "count_row_clinched": Text(
        "连续达到 {limit} 个月即失败：最长 {failures} 个月（最多 {worst} 个月），剩 {remaining} 个月，已不可能达到",
        "fails at {limit} months in a row: longest run {failures} (at most {worst}), {remaining} months left: it can "
        "no longer be reached",
    ),
    "count_row_eliminated": Text(
        "连续达到 {limit} 个月即失败：最长 {failures} 个月，剩 {remaining} 个月，已无法避免",
        "fails at {limit} months in a row: longest run {failures}, {remaining} months left: it can no longer be "
        "avoided",
    ),
    "count_row_unknown": Text(
        "连续达到 {limit} 个月即失败：最长 {failures} 个月，最多 {worst} 个月，取决于没有数据的月份",
        "fails at {limit} months in a row: longest run {failures}, at most {worst}; it hangs on months without "
        "a figure",
    ),
    "count_row_line_not_set": Text(
        "没有设置档位线或月数上限：最长 {failures} 个月，剩 {remaining} 个月",
        "the line or the limit is not set: longest run {failures}, {remaining} months left",
    ),
    "pass_by": Text(
        "最晚在这些日子所在的月份必须达标：{days}", "the months that end on these days must pass at the latest: {days}"
    ),
    "month_end_must": Text(
        "{on} 月末 {metric} 须 {comparator} {line}，按 {step} 一档为 {must}",
        "at the month-end {on} {metric} must be {comparator} {line}, in steps of {step}: {must}",
    ),
    "month_end_cannot": Text(
        "{on} 月末 {metric} 须 {comparator} {line}，最好值 {highest} 也达不到",
        "at the month-end {on} {metric} must be {comparator} {line}: even the best value {highest} does not pass",
    ),
    "days_open": Text(
        "{metric} 须 {comparator} {line}（按档位为 {must}），累计不达标 {limit} 天即失败：已有 {failures} 天，"
        "未知 {unknown} 天，剩 {days} 天，其中还可不达标 {may_fail} 天（未知的都达标时 {at_best} 天）",
        "{metric} must be {comparator} {line} (in steps: {must}), fails at {limit} failing days: {failures} so far, "
        "{unknown} unknown, {days} days left, of which {may_fail} may still fail ({at_best} if the unknown ones "
        "passed)",
    ),
    "days_clinched": Text(
        "{metric} 须 {comparator} {line}，累计不达标 {limit} 天即失败：已有 {failures} 天，"
        "未知 {unknown} 天，剩 {days} 天，已不可能达到",
        "{metric} must be {comparator} {line}, fails at {limit} failing days: {failures} so far, {unknown} unknown, "
        "{days} days left: it can no longer be reached",
    ),
    "days_eliminated": Text(
        "{metric} 须 {comparator} {line}，累计不达标 {limit} 天即失败：已有 {failures} 天，剩 {days} 天，已无法避免",
        "{metric} must be {comparator} {line}, fails at {limit} failing days: {failures} so far, {days} days left: it "
        "can no longer be avoided",
    ),
    "days_unknown": Text(
        "{metric} 须 {comparator} {line}，累计不达标 {limit} 天即失败：已有 {failures} 天，取决于未知的 {unknown} 天",
        "{metric} must be {comparator} {line}, fails at {limit} failing days: {failures} so far, it hangs on {unknown} "
        "unknown days",
    ),
    "days_line_not_set": Text(
        "{metric} 没有设置档位线或天数上限，剩 {days} 天",
        "{metric}: the line or the limit is not set, {days} days left",
    ),
}
