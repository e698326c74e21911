"""What an owner fills in about members, and what somebody invited fills in about themselves."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from partners.models import User
from partners.models.member import Role


class Invite(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.MANAGER,
        help_text=_(
            "Viewers read the lists. Managers also record what they did, upload and export. Owners also invite and"
            " remove members."
        ),
    )
    sees_personal_data = forms.BooleanField(
        label=_("Sees names, e-mail addresses and telephone numbers of customers"), required=False
    )


class Member(forms.Form):
    role = forms.ChoiceField(choices=Role.choices, label=_("Role"))
    sees_personal_data = forms.BooleanField(required=False, label=_("Personal data"))


class Newcomer(forms.Form):
    """Name and password of a person whose address the invitation has already proved."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least ten characters; a short sentence is good."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
