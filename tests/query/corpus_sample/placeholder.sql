SELECT SubscriberKey FROM _Sent WHERE JobID = 'YOUR_JOB'
