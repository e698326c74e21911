-- What stands on the customers' cards, in the order of their ids.
CREATE OR REPLACE TEMP TABLE card AS
SELECT c, any_value(since) AS since, any_value(monthly_value) AS monthly_value, any_value(segment) AS segment,
       any_value(industry) AS industry, any_value(region) AS region, any_value(country) AS country
FROM shown LEFT JOIN customers USING (customer_id) GROUP BY c;
