-- Every feature of orders, returns and categories at one date, for one file, as one statement.
WITH services AS (
    SELECT sku, product_name AS name FROM (SELECT DISTINCT sku, product_name FROM read_parquet('$FOLDER/orders.parquet'))
    WHERE $SERVICE
), goods AS (
    SELECT customer_id, order_id, sku, date, date_trunc('month', date) AS month, quantity, amount
    FROM read_parquet('$FOLDER/orders.parquet') AS o
    WHERE date < $AS_OF AND NOT is_return AND quantity > 0 AND amount > 0
      AND NOT EXISTS (SELECT 1 FROM services s WHERE s.sku = o.sku AND s.name IS NOT DISTINCT FROM o.product_name)
), sku_day AS (
    SELECT customer_id, sku, date, any_value(month) AS month, sum(amount) AS amount, sum(amount) / sum(quantity) AS price
    FROM goods GROUP BY customer_id, sku, date
), shelf AS (
    SELECT sku, month, median(price) AS price FROM sku_day GROUP BY sku, month
), sku_days AS (
    SELECT *, lag(price) OVER w AS was, row_number() OVER w AS nth, lead(date) OVER w AS next
    FROM sku_day WINDOW w AS (PARTITION BY customer_id, sku ORDER BY date)
), priced AS (
    SELECT d.*, shelf.price AS before FROM sku_days d ASOF LEFT JOIN shelf ON d.sku = shelf.sku AND d.month > shelf.month
), per_day AS (
    SELECT customer_id, date, sum(amount) AS spend, count(*) AS lines, count_if(nth = 1) AS new_skus,
           sum(amount * greatest(-0.5, least(1.0, price / was - 1))) FILTER (was > 0) AS risen,
           sum(amount) FILTER (was > 0) AS compared,
           sum(amount * greatest(-0.5, least(1.0, price / before - 1))) FILTER (before > 0) AS dearer,
           sum(amount) FILTER (before > 0) AS shelved
    FROM priced GROUP BY customer_id, date
), per_day_orders AS (
    SELECT customer_id, date, count(DISTINCT order_id) AS orders FROM goods GROUP BY customer_id, date
), days AS (
    SELECT *, $AS_OF - date AS ago, date - lag(date) OVER w AS gap, lead(date) OVER w IS NULL AS is_last,
           CASE WHEN date_trunc('month', date) = date_trunc('month', lag(date) OVER w) THEN 0 ELSE 1 END AS new_month
    FROM per_day JOIN per_day_orders USING (customer_id, date) WINDOW w AS (PARTITION BY customer_id ORDER BY date)
), known AS (
    SELECT $AS_OF - min(date) AS history, 365 * least(3, ($AS_OF - min(date)) // 365) AS cycle,
           2 * pi() * ($AS_OF - DATE '2000-01-01' + 45) / 365.2425 AS ahead
    FROM goods
), looked AS (
    SELECT customer_id, any_value(history) AS history, any_value(ahead) AS ahead,
        min(ago) AS silence, max(ago) AS age, max(ago) - min(ago) AS span, count(*) AS active_days, sum(orders) AS orders_all,
        coalesce(sum(orders) FILTER (ago <= 30), 0) AS orders_30,
        coalesce(sum(orders) FILTER (ago <= 60), 0) AS orders_60,
        coalesce(sum(orders) FILTER (ago <= 90), 0) AS orders_90,
        coalesce(sum(orders) FILTER (ago > 90 AND ago <= 180), 0) AS orders_before_90,
        coalesce(sum(orders) FILTER (ago <= 180), 0) AS orders_180,
        coalesce(sum(orders) FILTER (ago <= 365), 0) AS orders_365,
        coalesce(sum(orders) FILTER (ago > 365 AND ago <= 730), 0) AS orders_before_365,
        sum(spend) AS spend_all,
        coalesce(sum(spend) FILTER (ago <= 90), 0) AS spend_90,
        coalesce(sum(spend) FILTER (ago > 90 AND ago <= 180), 0) AS spend_before_90,
        coalesce(sum(spend) FILTER (ago <= 365), 0) AS spend_365,
        coalesce(sum(spend) FILTER (ago > 365 AND ago <= 730), 0) AS spend_before_365,
        sum(exp(-ago / 45.0)) AS pulse_45, sum(exp(-ago / 120.0)) AS pulse_120, sum(exp(-ago / 300.0)) AS pulse_300,
        coalesce(sum(new_month) FILTER (ago <= 365), 0) AS months_365,
        avg(gap) AS gap, avg(gap) FILTER (ago <= 365) AS gap_365, max(gap) AS gap_max, stddev_pop(gap) AS gap_spread,
        max(gap) FILTER (is_last) AS gap_last, max(spend) FILTER (is_last) AS spend_last,
        sum(lines) AS lines_all, coalesce(sum(lines) FILTER (ago <= 90), 0) AS lines_90,
        sum(new_skus) AS skus_all, coalesce(sum(new_skus) FILTER (ago <= 180), 0) AS new_skus_180,
        sum(risen) FILTER (ago <= 180) / sum(compared) FILTER (ago <= 180) AS price_change_180,
        max(risen / compared) FILTER (ago <= 180) AS price_peak_180,
        sum(dearer) FILTER (ago <= 120) / sum(shelved) FILTER (ago <= 120) AS price_level,
        sum(dearer) FILTER (ago > 120) / sum(shelved) FILTER (ago > 120) AS price_level_before,
        coalesce(sum(orders) FILTER (ago > 275 AND ago <= 365), 0) AS season_ahead,
        coalesce(sum(orders) FILTER (ago > 365 AND ago <= 455), 0) AS season_behind,
        coalesce(sum(spend) FILTER (ago > 275 AND ago <= 365), 0) AS season_spend,
        count(*) FILTER (ago <= cycle) AS turns,
        count(*) FILTER (ago <= cycle AND (ago - 1) % 365 >= 275) AS turns_ahead,
        sum(cos(2 * pi() * (date - DATE '2000-01-01') / 365.2425)) FILTER (ago <= cycle) AS x,
        sum(sin(2 * pi() * (date - DATE '2000-01-01') / 365.2425)) FILTER (ago <= cycle) AS y
    FROM days, known GROUP BY customer_id
), shelf_now AS (
    SELECT sku, max_by(price, month) AS price, max(month) AS month FROM shelf
    WHERE month < date_trunc('month', $AS_OF) AND month >= date_trunc('month', $AS_OF) - INTERVAL 4 MONTH GROUP BY sku
), last AS (
    SELECT * FROM sku_days WHERE next IS NULL AND date >= $AS_OF - 365
), skus AS (
    SELECT customer_id, count_if(nth > 1 AND last.date < $AS_OF - 180) AS skus_dropped,
        count_if(nth > 1 AND last.date < $AS_OF - 180) / nullif(count_if(nth > 1), 0) AS dropped_share,
        sum(amount * greatest(-0.5, least(1.0, now.price / past.price - 1)))
            FILTER (past.price > 0 AND last.month < now.month)
            / sum(amount) FILTER (past.price > 0 AND last.month < now.month) AS shelf_rise
    FROM last LEFT JOIN shelf_now now USING (sku) LEFT JOIN shelf past ON past.sku = last.sku AND past.month = last.month
    GROUP BY customer_id
), categories AS (
    SELECT customer_id, count(*) AS categories_365, count_if(times > 1 AND day < $AS_OF - 180) AS categories_lost
    FROM (
        SELECT customer_id, category, max(date) AS day, sum(nth) AS times
        FROM last JOIN read_parquet('$FOLDER/products.parquet') USING (sku) GROUP BY customer_id, category
    ) GROUP BY customer_id
), sent_back AS (
    SELECT customer_id, count(DISTINCT order_id) AS returns_365, sum(abs(amount)) AS returned_365,
           count(DISTINCT order_id) FILTER (date >= $AS_OF - 90) AS returns_90, $AS_OF - max(date) AS return_silence
    FROM read_parquet('$FOLDER/orders.parquet') AS o
    WHERE is_return AND date < $AS_OF AND date >= $AS_OF - 365
      AND NOT EXISTS (SELECT 1 FROM services s WHERE s.sku = o.sku AND s.name IS NOT DISTINCT FROM o.product_name)
    GROUP BY customer_id
)
SELECT looked.* EXCLUDE (ahead, orders_60, price_level, price_level_before, turns, turns_ahead, x, y),
    spend_all / orders_all AS basket,
    price_level - price_level_before AS price_drift,
    silence / greatest(gap, 1) AS overdue,
    CASE WHEN active_days > 1 THEN silence / greatest(gap_max, 1) END AS overdue_max,
    CASE WHEN active_days > 2 THEN ln(greatest(gap_last, 1) / greatest(gap, 1)) END AS gap_change,
    $SLOPE AS order_slope,
    CASE WHEN spend_90 > 0 THEN ln((spend_90 / orders_90) / (spend_all / orders_all)) END AS basket_change,
    lines_all / orders_all AS basket_lines,
    skus_all / lines_all AS variety,
    CASE WHEN turns > 0 THEN (turns_ahead + 0.5) / (turns + 2.0) END AS season_share,
    CASE WHEN turns > 2 THEN sqrt(greatest(0.0, (x * x + y * y - turns) / (turns * (turns - 1.0)))) END AS season_strength,
    CASE WHEN turns > 0 THEN (x * cos(ahead) + y * sin(ahead)) / (turns + 2.0) END AS season_near,
    skus.* EXCLUDE (customer_id), categories.* EXCLUDE (customer_id),
    coalesce(returns_365, 0) AS returns_365, coalesce(returns_90, 0) AS returns_90, return_silence,
    coalesce(returned_365, 0) / nullif(spend_365, 0) AS returned_share
FROM looked LEFT JOIN skus USING (customer_id) LEFT JOIN categories USING (customer_id)
LEFT JOIN sent_back USING (customer_id)
ORDER BY customer_id
