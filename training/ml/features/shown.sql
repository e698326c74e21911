-- The day on which each customer first showed: by a purchase, a contract, a conversation, or as the card says.
CREATE OR REPLACE TEMP TABLE shown AS
SELECT customer_id, min(day) AS day FROM (
    SELECT customer_id, min(date) AS day FROM goods GROUP BY customer_id
    UNION ALL SELECT customer_id, min(started) FROM subscriptions GROUP BY customer_id
    UNION ALL SELECT customer_id, min(date) FROM interactions GROUP BY customer_id
    UNION ALL SELECT customer_id, since FROM customers
    UNION ALL SELECT customer_id, NULL FROM orders
) WHERE customer_id IS NOT NULL GROUP BY customer_id;
