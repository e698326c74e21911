-- Who is known at each as_of date, and what stands on the card. With $EVERYONE, all customers at every date;
-- otherwise only those who had shown themselves before it.
CREATE OR REPLACE TEMP TABLE customers_features AS
WITH card AS (
    SELECT customer_id, any_value(since) AS since, any_value(monthly_value) AS monthly_value,
           any_value(segment) AS segment, any_value(industry) AS industry, any_value(region) AS region,
           any_value(country) AS country
    FROM customers GROUP BY customer_id
)
SELECT shown.customer_id, as_of, CASE WHEN since < as_of THEN as_of - since END AS tenure, monthly_value,
       as_of - (SELECT min(date) FROM all_goods) AS history,
       segment, industry, region, country
FROM moments JOIN shown ON $EVERYONE OR day < as_of
LEFT JOIN card USING (customer_id);
