"""After a load, the org's figures by SOQL are the files' figures by SQL."""

from __future__ import annotations

import pytest

from store import crm
from tests.crm.csv_figures import FIGURES, figures

FILES = {
    "Accounts.csv": "External_Id__c,Name,Industry\nA1,Acme,Energy\nA2,Bolt,Media\nA3,Core,Energy\n",
    "Contacts.csv": "External_Id__c,LastName,MailingState,Account:External_Id__c\n"
    "C1,Ada,Ohio,A1\nC2,Bea,Utah,A1\nC3,Cid,Ohio,A2\nC4,Dan,,\n",
    "Opportunities.csv": "External_Id__c,Name,StageName,CloseDate,Amount,Account:External_Id__c\n"
    "O1,a,Closed Won,2026-01-01,10.5,A1\nO2,b,Closed Won,2026-01-02,,A2\nO3,c,Prospecting,2026-01-03,4,A3\n",
    "Campaigns.csv": "External_Id__c,Name\nK1,Spring\nK2,Fall\n",
    "CampaignMembers.csv": "External_Id__c,Campaign:External_Id__c,Contact:External_Id__c,Status,HasResponded\n"
    "M1,K1,C1,Clicked,True\nM2,K1,C2,Opened,False\nM3,K2,C1,Responded,True\nM4,K1,C1,Sent,False\n",
    "Cases.csv": "External_Id__c,Subject,Contact:External_Id__c\nX1,s,C1\nX2,t,C2\nX3,u,C3\n",
}


@pytest.mark.parametrize("what", [figure[0] for figure in FIGURES])
def test_the_org_says_what_the_files_say(org, write, what):
    folder = write(**FILES)
    crm.import_path(org, folder)
    [(_, files, loaded)] = [each for each in figures(org, folder) if each[0] == what]
    assert files == loaded and files
