"""The shape of what people send to this slice."""

from typing import Any
from zoneinfo import available_timezones

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import Role
from app.accounts.rules import passwords
from app.accounts.rules.fields import is_email, short
from app.core.forms import BaseForm

ROLE_LABELS = {
    Role.HR: "HR: sees everyone, adds and changes people, reads the certification report",
    Role.CHAMPION: "Champion: runs the programme and sees everyone",
    Role.EXECUTIVE: "Executive: sees everyone and every figure",
    Role.ADMINISTRATOR: "Administrator: changes people and gives roles",
}


class RawPassword(PasswordField):  # type: ignore[misc]
    """A password field that keeps white space at the ends."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.typed = valuelist[0] if valuelist else ""

    @property
    def password(self) -> str:
        return getattr(self, "typed", "")


class LoginForm(BaseForm):
    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = RawPassword("Password", [InputRequired("Enter your password.")])


class ForgotForm(BaseForm):
    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])


class NewPasswordForm(BaseForm):
    """A password chosen by link. Whether it is a good one, the operation says."""

    password = RawPassword(
        "Password",
        [InputRequired("Enter a password.")],
        description=f"At least {passwords.SHORTEST} characters. A few words in a row are easy to keep in mind.",
    )
    repeated = RawPassword("The same password again", [InputRequired("Enter the password a second time.")])

    def validate_repeated(self, field: RawPassword) -> None:
        if field.password != self.password.password:
            raise ValidationError("This differs from the password above.")


class ChangePasswordForm(NewPasswordForm):
    present = RawPassword("Your present password", [InputRequired("Enter your present password.")])
    password = RawPassword(
        "New password",
        [InputRequired("Enter a new password.")],
        description=f"At least {passwords.SHORTEST} characters. A few words in a row are easy to keep in mind.",
    )
    repeated = RawPassword("The new password again", [InputRequired("Enter the new password a second time.")])


class TimeZoneForm(BaseForm):
    time_zone = SelectField("Time zone", description="Times on every page and in mails are shown in this zone.")

    def __init__(self, default_zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        choices = [SelectChoice("", f"As the company ({default_zone})"), SelectChoice("UTC", "UTC")]
        choices += [SelectChoice(name, name.replace("_", " ")) for name in names]
        # A zone that was kept under an older name stays to be seen; chosen anew it has to be on the list.
        present = self.time_zone.data or ""
        if not self.is_submitted() and present not in {choice.value for choice in choices}:
            choices.append(SelectChoice(present, present))
        self.time_zone.choices = choices


class RolesField(SelectMultipleField):  # type: ignore[misc]
    """The roles as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(BaseForm):
    """A person's facts. `seen` is what the fields said when the page was opened, to notice a change in between."""

    given_name = StringField("Given name", [InputRequired("Enter a given name."), Length(max=120)])
    family_name = StringField("Family name", [InputRequired("Enter a family name."), Length(max=120)])
    email = StringField("E-mail address", [InputRequired("Enter an e-mail address."), Length(max=254)])
    employee_id = StringField("Employee id", [InputRequired("Enter an employee id."), Length(max=64)])
    department = StringField("Department", [Length(max=120)])
    location = StringField("Location", [Length(max=120)])
    job_role = StringField("Job role", [Length(max=120)])
    hire_date = DateField("Hire date", [Optional()])
    manager = StringField(
        "Supervisor",
        [Length(max=254)],
        description="Their employee id or e-mail address. Leave it empty for someone at the top.",
    )
    roles = RolesField("Roles", choices=[SelectChoice(str(role), label) for role, label in ROLE_LABELS.items()])
    seen = HiddenField()

    def validate_email(self, field: StringField) -> None:
        if not is_email(field.data):
            raise ValidationError(f"“{short(field.data)}” is not an e-mail address.")


class RosterForm(BaseForm):
    file = FileField("Roster file (CSV)", [FileRequired("Choose a file.")])
