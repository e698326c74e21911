-- The customer's history with one product category (kept as `in_category`), before each moment.
CREATE OR REPLACE TEMP VIEW category_now AS
SELECT c, as_of, as_of - max(date) AS category_silence, sum(orders) AS category_orders_all,
       coalesce(sum(orders) FILTER (date >= as_of - 365), 0) AS category_orders_365,
       coalesce(sum(orders) FILTER (date >= as_of - 90), 0) AS category_orders_90,
       sum(spend) / sum(orders) AS category_basket,
       sum(exp((date - as_of) / 120.0)) AS category_pulse
FROM moments JOIN in_category ON date < as_of
GROUP BY c, as_of;
