-- Everybody known at each moment, in the order of dates and ids, with every figure as a number.
SELECT epoch_us(as_of) AS as_of, c, coalesce(COLUMNS(* EXCLUDE (c, as_of))::DOUBLE, 'NaN'::DOUBLE) FROM (
    SELECT shown.c, as_of, CASE WHEN since < as_of THEN as_of - since END AS tenure, monthly_value, history,
           * EXCLUDE (c, customer_id, day, since, monthly_value, segment, industry, region, country, as_of, history,
                      this_month, cycle, ahead_x, ahead_y)
    FROM moments JOIN shown ON $EVERYONE OR day < as_of LEFT JOIN card USING (c) $JOINS
) ORDER BY as_of, c;
