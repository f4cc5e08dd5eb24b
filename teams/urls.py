"""Addresses of people, teams and provider accounts. Of allauth only these three are there."""

from django.urls import path

from teams.views import accounts, arrival, profile, sign_in, team

urlpatterns = [
    path("", arrival.home, name="home"),
    path("setup/<str:token>/", arrival.set_up, name="setup"),
    path("join/<str:token>/", arrival.join, name="join"),
    path("password/<str:uid>/<str:token>/", arrival.set_password, name="set_password"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("you/", profile.profile, name="profile"),
    path("you/password/", sign_in.change_password, name="account_change_password"),
    path("t/<slug:team>/team/", team.team, name="team"),
    path("t/<slug:team>/team/invite/", team.invite, name="invite"),
    path("t/<slug:team>/team/links/<int:pk>/revoke/", team.invitation_revoke, name="invitation_revoke"),
    path("t/<slug:team>/team/members/<int:pk>/role/", team.member_role, name="member_role"),
    path("t/<slug:team>/team/members/<int:pk>/remove/", team.member_remove, name="member_remove"),
    path("t/<slug:team>/team/members/<int:pk>/password/", team.member_password, name="member_password"),
    path("t/<slug:team>/audit/", team.trail, name="audit"),
    path("t/<slug:team>/accounts/", accounts.accounts, name="accounts"),
    path("t/<slug:team>/accounts/new/", accounts.account_new, name="account_new"),
    path("t/<slug:team>/accounts/<int:pk>/", accounts.account_edit, name="account_edit"),
    path("t/<slug:team>/accounts/<int:pk>/switch/", accounts.account_switch, name="account_switch"),
]
