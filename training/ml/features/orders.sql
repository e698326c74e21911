-- One row per customer and moment, from purchases and returns before it.
CREATE OR REPLACE TEMP VIEW orders_now AS
WITH seen AS (
    SELECT *, as_of - date AS ago, until >= as_of AS is_last FROM moments JOIN days ON date < as_of
), looked AS (
    SELECT c, as_of,
        min(ago) AS silence,
        max(ago) AS age,
        count(*) AS active_days,
        sum(orders) AS orders_all,
        coalesce(sum(orders) FILTER (ago <= 30), 0) AS orders_30,
        coalesce(sum(orders) FILTER (ago <= 60), 0) AS orders_60,
        coalesce(sum(orders) FILTER (ago <= 90), 0) AS orders_90,
        coalesce(sum(orders) FILTER (ago <= 180), 0) AS orders_180,
        coalesce(sum(orders) FILTER (ago <= 365), 0) AS orders_365,
        coalesce(sum(orders) FILTER (ago <= 730), 0) AS orders_730,
        sum(spend) AS spend_all,
        coalesce(sum(spend) FILTER (ago <= 90), 0) AS spend_90,
        coalesce(sum(spend) FILTER (ago <= 180 AND ago > 90), 0) AS spend_before_90,
        coalesce(sum(spend) FILTER (ago <= 365), 0) AS spend_365,
        coalesce(sum(spend) FILTER (ago <= 730 AND ago > 365), 0) AS spend_before_365,
        sum(e45) * exp(($LAST - as_of) / 45.0) AS pulse_45,
        sum(e120) * exp(($LAST - as_of) / 120.0) AS pulse_120,
        sum(e300) * exp(($LAST - as_of) / 300.0) AS pulse_300,
        coalesce(sum(new_month) FILTER (ago <= 365), 0) AS months_365,
        avg(gap) FILTER (ago <= 365) AS gap_365,
        max(gap) AS gap_max,
        stddev_pop(gap) AS gap_spread,
        max(gap) FILTER (is_last) AS gap_last,
        max(spend) FILTER (is_last) AS spend_last,
        sum(lines) AS lines_all,
        coalesce(sum(lines) FILTER (ago <= 90), 0) AS lines_90,
        sum(new_skus) AS skus_all,
        coalesce(sum(new_skus) FILTER (ago <= 180), 0) AS new_skus_180,
        sum(risen) FILTER (ago <= 180) / sum(compared) FILTER (ago <= 180) AS price_change_180,
        max(risen / compared) FILTER (ago <= 180) AS price_peak_180,
        sum(dearer) FILTER (ago <= 120) / sum(shelved) FILTER (ago <= 120) AS price_level,
        sum(dearer) FILTER (ago > 120) / sum(shelved) FILTER (ago > 120) AS price_level_before,
        coalesce(sum(orders) FILTER (ago <= 365 AND ago > 275), 0) AS season_ahead,
        coalesce(sum(orders) FILTER (ago <= 455 AND ago > 365), 0) AS season_behind,
        coalesce(sum(spend) FILTER (ago <= 365 AND ago > 275), 0) AS season_spend,
        count(*) FILTER (ago <= cycle) AS turns,
        count(*) FILTER (ago <= cycle AND (ago - 1) % 365 >= 275) AS turns_ahead,
        sum(year_x) FILTER (ago <= cycle) AS x,
        sum(year_y) FILTER (ago <= cycle) AS y
    FROM seen GROUP BY c, as_of
), derived AS (
    SELECT *, age - silence AS span, (age - silence) / nullif(active_days - 1, 0) AS gap, spend_all / orders_all AS basket,
        orders_180 - orders_90 AS orders_before_90, orders_730 - orders_365 AS orders_before_365
    FROM looked
), sent_back AS (
    SELECT c, as_of, sum(returns) AS returns_365, sum(returned) AS returned_365,
           coalesce(sum(returns) FILTER (date >= as_of - 90), 0) AS returns_90, as_of - max(date) AS return_silence
    FROM moments JOIN backs ON date < as_of AND date >= as_of - 365
    GROUP BY c, as_of
)
SELECT c, as_of, silence, age, span, active_days, orders_all, orders_30, orders_90, orders_before_90, orders_180, orders_365,
       orders_before_365, spend_all, spend_90, spend_before_90, spend_365, spend_before_365, pulse_45, pulse_120,
       pulse_300, months_365, gap, gap_365, gap_max, gap_spread, gap_last, spend_last, lines_all, lines_90, skus_all,
       new_skus_180, price_change_180, price_level - price_level_before AS price_drift, price_peak_180,
       season_ahead, season_behind, season_spend, basket,
       silence / greatest(gap, 1) AS overdue,
       CASE WHEN active_days > 1 THEN silence / greatest(gap_max, 1) END AS overdue_max,
       CASE WHEN active_days > 2 THEN ln(greatest(gap_last, 1) / greatest(gap, 1)) END AS gap_change,
       $SLOPE AS order_slope,
       CASE WHEN spend_90 > 0 THEN ln((spend_90 / orders_90) / basket) END AS basket_change,
       lines_all / orders_all AS basket_lines,
       skus_all / lines_all AS variety,
       CASE WHEN turns > 0 THEN (turns_ahead + 0.5) / (turns + 2.0) END AS season_share,
       CASE WHEN turns > 2 THEN sqrt(greatest(0.0, (x * x + y * y - turns) / (turns * (turns - 1.0)))) END AS season_strength,
       CASE WHEN turns > 0 THEN (x * ahead_x + y * ahead_y) / (turns + 2.0) END AS season_near,
       coalesce(returns_365, 0) AS returns_365, coalesce(returns_90, 0) AS returns_90, return_silence,
       coalesce(returned_365, 0) / nullif(spend_365, 0) AS returned_share
FROM derived JOIN moments USING (as_of) LEFT JOIN sent_back USING (c, as_of);
