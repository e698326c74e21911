-- The customer's history with one product category ($category), per as_of date.
CREATE OR REPLACE TEMP TABLE category_features AS
WITH bought AS (
    SELECT customer_id, date, count(DISTINCT order_id) AS orders, sum(amount) AS spend
    FROM goods JOIN (SELECT DISTINCT sku FROM products WHERE category = $category) USING (sku)
    WHERE date < (SELECT max(as_of) FROM moments)
    GROUP BY customer_id, date
)
SELECT customer_id, as_of, as_of - max(date) AS category_silence, sum(orders) AS category_orders_all,
       coalesce(sum(orders) FILTER (date >= as_of - 365), 0) AS category_orders_365,
       coalesce(sum(orders) FILTER (date >= as_of - 90), 0) AS category_orders_90,
       sum(spend) / sum(orders) AS category_basket,
       sum(exp((date - as_of) / 120.0)) AS category_pulse
FROM moments JOIN bought ON date < as_of
GROUP BY customer_id, as_of;
