-- One row per customer and as_of date, from purchases (`goods`) and returns. Every table below only ever looks
-- backwards from its own row's date, so that one pass serves any number of as_of dates; the last statement keeps
-- what is dated before as_of and nothing else.

-- What a customer bought of one product on one day, with the price paid the time before.
CREATE OR REPLACE TEMP TABLE sku_days AS
WITH one AS (
    SELECT customer_id, sku, date, sum(amount) AS amount, sum(amount) / nullif(sum(quantity), 0) AS price
    FROM goods WHERE date < (SELECT max(as_of) FROM moments)
    GROUP BY customer_id, sku, date
)
SELECT *, lag(price) OVER w AS was, lag(date) OVER w IS NULL AS is_new,
       coalesce(lead(date) OVER w, DATE '9999-12-31') AS until
FROM one
WINDOW w AS (PARTITION BY customer_id, sku ORDER BY date);

-- Each product's usual price in each full month, over everybody: how the shelf moved since a customer last bought there.
CREATE OR REPLACE TEMP TABLE shelf AS
WITH one AS (
    SELECT sku, date, sum(amount) / nullif(sum(quantity), 0) AS price
    FROM all_goods WHERE date < (SELECT max(as_of) FROM moments)
    GROUP BY customer_id, sku, date
)
SELECT sku, date_trunc('month', date) AS month, median(price) AS price FROM one GROUP BY sku, date_trunc('month', date);

-- Purchase days, with the gap to the one before. Price change: spend-weighted, against the customer's own past, and
-- against what the product usually cost everybody in the last full month before.
CREATE OR REPLACE TEMP TABLE days AS
WITH skus AS (
    SELECT customer_id, date, sum(amount) AS spend, count(*) AS lines, count_if(is_new) AS new_skus,
           sum(amount * greatest(-0.5, least(1.0, d.price / was - 1))) FILTER (was > 0) AS risen,
           sum(amount) FILTER (was > 0) AS compared,
           sum(amount * greatest(-0.5, least(1.0, d.price / shelf.price - 1))) FILTER (shelf.price > 0) AS dearer,
           sum(amount) FILTER (shelf.price > 0) AS shelved
    FROM sku_days d ASOF LEFT JOIN shelf ON d.sku = shelf.sku AND date_trunc('month', d.date) > shelf.month
    GROUP BY customer_id, date
), counted AS (
    SELECT customer_id, date, count(DISTINCT order_id) AS orders
    FROM goods WHERE date < (SELECT max(as_of) FROM moments)
    GROUP BY customer_id, date
)
SELECT *, date - lag(date) OVER w AS gap,
       coalesce(date_trunc('month', date) <> date_trunc('month', lag(date) OVER w), true)::INT AS new_month
FROM skus JOIN counted USING (customer_id, date)
WINDOW w AS (PARTITION BY customer_id ORDER BY date);

CREATE OR REPLACE TEMP TABLE shelf_rise AS
WITH now AS (
    SELECT as_of, sku, max_by(price, month) AS price, max(month) AS month
    FROM moments JOIN shelf
      ON month < date_trunc('month', as_of) AND month >= date_trunc('month', as_of) - INTERVAL 4 MONTH
    GROUP BY as_of, sku
)
SELECT customer_id, as_of,
       sum(d.amount * greatest(-0.5, least(1.0, now.price / past.price - 1))) / sum(d.amount) AS shelf_rise
FROM moments JOIN sku_days d ON d.date < as_of AND d.until >= as_of AND d.date >= as_of - 365
JOIN now USING (as_of, sku)
JOIN shelf past ON past.sku = d.sku AND past.month = date_trunc('month', d.date) AND past.month < now.month
WHERE d.amount > 0 AND past.price > 0
GROUP BY customer_id, as_of;

CREATE OR REPLACE TEMP TABLE sent_back AS
WITH backs AS (
    SELECT customer_id, date, count(DISTINCT order_id) AS returns, sum(abs(amount)) AS returned
    FROM orders WHERE is_return AND sku NOT IN (SELECT sku FROM not_goods) AND date < (SELECT max(as_of) FROM moments)
    GROUP BY customer_id, date
)
SELECT customer_id, as_of, sum(returns) AS returns_365, sum(returned) AS returned_365,
       coalesce(sum(returns) FILTER (date >= as_of - 90), 0) AS returns_90
FROM moments JOIN backs ON date < as_of AND date >= as_of - 365
GROUP BY customer_id, as_of;

CREATE OR REPLACE TEMP TABLE orders_features AS
WITH looked AS (
    SELECT customer_id, as_of,
        as_of - max(date) AS silence,
        as_of - min(date) AS age,
        max(date) - min(date) AS span,
        count(*) AS active_days,
        sum(orders) AS orders_all,
        coalesce(sum(orders) FILTER (date >= as_of - 30), 0) AS orders_30,
        coalesce(sum(orders) FILTER (date >= as_of - 90), 0) AS orders_90,
        coalesce(sum(orders) FILTER (date >= as_of - 180 AND date < as_of - 90), 0) AS orders_before_90,
        coalesce(sum(orders) FILTER (date >= as_of - 180), 0) AS orders_180,
        coalesce(sum(orders) FILTER (date >= as_of - 365), 0) AS orders_365,
        coalesce(sum(orders) FILTER (date >= as_of - 730 AND date < as_of - 365), 0) AS orders_before_365,
        sum(spend) AS spend_all,
        coalesce(sum(spend) FILTER (date >= as_of - 90), 0) AS spend_90,
        coalesce(sum(spend) FILTER (date >= as_of - 180 AND date < as_of - 90), 0) AS spend_before_90,
        coalesce(sum(spend) FILTER (date >= as_of - 365), 0) AS spend_365,
        coalesce(sum(spend) FILTER (date >= as_of - 730 AND date < as_of - 365), 0) AS spend_before_365,
        sum(exp((date - as_of) / 45.0)) AS pulse_45,
        sum(exp((date - as_of) / 120.0)) AS pulse_120,
        sum(exp((date - as_of) / 300.0)) AS pulse_300,
        coalesce(sum(new_month) FILTER (date >= as_of - 365), 0) AS months_365,
        avg(gap) AS gap,
        avg(gap) FILTER (date >= as_of - 365) AS gap_365,
        max(gap) AS gap_max,
        stddev_pop(gap) AS gap_spread,
        max_by(gap, date) AS gap_last,
        max_by(spend, date) AS spend_last,
        sum(lines) AS lines_all,
        coalesce(sum(lines) FILTER (date >= as_of - 90), 0) AS lines_90,
        sum(new_skus) AS skus_all,
        coalesce(sum(new_skus) FILTER (date >= as_of - 180), 0) AS new_skus_180,
        sum(risen) FILTER (date >= as_of - 180) / sum(compared) FILTER (date >= as_of - 180) AS price_change_180,
        sum(dearer) FILTER (date >= as_of - 120) / sum(shelved) FILTER (date >= as_of - 120)
            - sum(dearer) FILTER (date < as_of - 120) / sum(shelved) FILTER (date < as_of - 120) AS price_drift,
        max(risen / compared) FILTER (date >= as_of - 180) AS price_peak_180,
        coalesce(sum(orders) FILTER (date >= as_of - 365 AND date < as_of - 365 + 90), 0) AS season_ahead,
        coalesce(sum(orders) FILTER (date >= as_of - 455 AND date < as_of - 365), 0) AS season_behind
    FROM moments JOIN days ON date < as_of
    GROUP BY customer_id, as_of
)
SELECT looked.*, spend_all / orders_all AS basket,
       silence / nullif(greatest(gap, 1), 0) AS overdue,
       lines_all / orders_all AS basket_lines,
       shelf_rise, coalesce(returns_365, 0) AS returns_365, coalesce(returns_90, 0) AS returns_90,
       coalesce(returned_365, 0) / nullif(spend_365, 0) AS returned_share
FROM looked LEFT JOIN shelf_rise USING (customer_id, as_of) LEFT JOIN sent_back USING (customer_id, as_of);
