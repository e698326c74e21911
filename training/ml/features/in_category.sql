-- What each customer bought in one product category ($category), by day.
CREATE OR REPLACE TEMP TABLE in_category AS
SELECT c, date, count(DISTINCT number)::DOUBLE AS orders, sum(amount) AS spend
FROM lines JOIN what USING (s) JOIN (SELECT DISTINCT sku FROM products WHERE category = $category) USING (sku)
WHERE c IS NOT NULL
GROUP BY c, date;
