SELECT x.SubscriberKey, x.Total
FROM (
    SELECT o.SubscriberKey, o.Total, ROW_NUMBER() OVER (PARTITION BY o.SubscriberKey ORDER BY o.OrderDate DESC) AS rn
    FROM [Web Orders] o
    WHERE o.Points / o.Limit > 0.5 AND o.package NOT LIKE 'Trial%'
) x
WHERE x.rn = 1
