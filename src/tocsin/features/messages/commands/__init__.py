"""What can be asked about messages to people: what they want to be told, and who was told what."""

from tocsin.features.messages.commands.choosing import choices, choose
from tocsin.features.messages.commands.looking import told_of_incident, told_person
from tocsin.features.messages.commands.turning_off import named_by, turn_off

__all__ = ["choices", "choose", "named_by", "told_of_incident", "told_person", "turn_off"]
