"""Who may do what with the network's people: predicates over a standing, for pages and domain functions alike."""

from groups.enums import NetworkOffice, Role
from groups.standing import Standing


def may_manage_members(standing: Standing, working_group_id: int) -> bool:
    """Whether they may add and remove members of this group and change what these are (but see ``may_give_role``)."""
    return standing.is_secretariat or standing.may_lead(working_group_id)


def may_give_role(standing: Standing, working_group_id: int, role: Role) -> bool:
    """A coordinator names a successor, the network's offices appoint coordinators, a deputy does neither."""
    if role is Role.COORDINATOR:
        return may_appoint_coordinators(standing) or standing.role_in(working_group_id) is Role.COORDINATOR
    return may_manage_members(standing, working_group_id)


def may_take_role(standing: Standing, working_group_id: int, role: Role) -> bool:
    """Whether they may end a membership with this role: a deputy may not end a coordinator's."""
    if role is Role.COORDINATOR:
        return standing.is_secretariat or standing.role_in(working_group_id) is Role.COORDINATOR
    return may_manage_members(standing, working_group_id)


def may_change_role(standing: Standing, working_group_id: int, old: Role, new: Role) -> bool:
    if new is Role.COORDINATOR and may_appoint_coordinators(standing):
        return True
    return may_take_role(standing, working_group_id, old) and may_give_role(standing, working_group_id, new)


def may_ask_to_join(standing: Standing, working_group_id: int) -> bool:
    return standing.is_signed_in and standing.role_in(working_group_id) is None


def may_appoint_coordinators(standing: Standing) -> bool:
    return standing.is_secretariat or NetworkOffice.EXCHANGE_DIRECTOR in standing.offices


def may_administer_network(standing: Standing) -> bool:
    """People, offices, mandates, regions and organisations are the secretariat's."""
    return standing.is_secretariat


def may_speak_for_organisation(standing: Standing, organisation_id: int, own_organisation_id: int | None) -> bool:
    """Whether they may write what an organisation is, offers and needs: its own people and the secretariat."""
    return standing.is_secretariat or (standing.is_signed_in and organisation_id == own_organisation_id)
