-- Products that have a category, each once.
CREATE OR REPLACE TEMP TABLE kinds AS
SELECT s, any_value(category) AS category FROM products JOIN what USING (sku) WHERE category IS NOT NULL GROUP BY s;
