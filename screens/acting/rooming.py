"""The commands of the room, and what comes of it each second: new lines of the journal, who acts, what waits."""

from __future__ import annotations

from functools import partial

from textual.message import Message

from console.core.journal import Topic
from console.core.plan import Plan
from console.core.room.consent import Request, asks_partner
from console.core.room.members import place_of
from console.core.room.observers import Watcher, watchers
from console.core.room.room import Room
from console.core.room.wheel import Standing
from screens.acting.partner import PartneredDialog, ReadingDialog
from screens.acting.restore import Restoring
from screens.acting.room import FOLLOW, GIVE, RoomDialog
from screens.asking import LineDialog
from screens.commands import key_for
from screens.hearing import Hearing, wheel_words


class NameDialog(LineDialog):
    """Asked once: what the others are to read."""

    def __init__(self) -> None:
        """Nothing is kept before Enter."""
        super().__init__("What is your name? The others in this room will read it.", "Enter keeps it, Esc: not now")


class Rooming(Restoring, Hearing):
    """Others are here as well."""

    following = False
    others_act = False
    """Another console has begun something since it was looked what is under way."""
    flying = ""
    """What is under way, and the key that shows it."""
    _asked_name = False

    class Waiting(Message):
        """A plan waits before anything is sent."""

        def __init__(self, text: str) -> None:
            """From the thread that waits."""
            super().__init__()
            self.text = text

    def on_mount(self) -> None:
        """Hear of the others."""
        self.acting.wait = lambda text: self.post_from_thread(self.Waiting(text))
        seat = self.acting.tools.seat
        if seat is not None:
            self.room = seat.room
            seat.start(lambda room, new: self.post_from_thread(self.Roomed(room, new)))

    def on_hearing_roomed(self, event: Hearing.Roomed) -> None:
        """Show what is new, say what this console shows, follow who is followed."""
        before, self.room, seat = self.room, event.room, self.acting.tools.seat
        if seat is None:
            return
        server = self.assessment.observation.server.value if self.assessment is not None else None
        seat.shows(
            self.page_name, self.page.main.key, place_of(server.identity, server.name) if server is not None else ""
        )
        if event.new:
            self.take_account(seat.entries)
            self.show_account(seat.entries, event.new)
        self.others_act |= any(e.topic is Topic.ACTING and e.run != event.room.run for e in event.new)
        self._say_who_is_gone(before, event)
        told, self.room_words = self.room_words, wheel_words(event.room)
        self._tell_dialogs(event.room)
        self._ask_name(event.room)
        if self.following:
            self._follow(event.room)
        if event.new or self.room_words != told:
            self.draw_frame()

    def on_rooming_waiting(self, event: Waiting) -> None:
        """Say it in the dialog."""
        if isinstance(self.screen, PartneredDialog):
            self.screen.waits(event.text)

    def _say_who_is_gone(self, before: Room | None, event: Hearing.Roomed) -> None:
        """Whoever acted is not there any more: what they sent may still run."""
        left = any(entry.topic is Topic.LEFT for entry in event.new)
        lost = event.room.standing is Standing.LOST and before is not None and before.standing is Standing.THEIRS
        if lost or (left and self.flying):
            self.remark("  ".join(filter(None, (f"{event.room.told} {key_for('room')} takes it over.", self.flying))))

    def _watchers(self) -> tuple[Watcher, ...]:
        """Who only looks, as the server shows it."""
        return watchers(self.assessment.observation.sessions.value or ()) if self.assessment is not None else ()

    def _tell_dialogs(self, room: Room) -> None:
        if isinstance(self.screen, RoomDialog):
            self.screen.update(room, self._watchers())
        elif isinstance(self.screen, ReadingDialog):
            if self.screen.request.n not in [request.n for request in room.waiting]:
                self.screen.over()
        elif room.asked_of_me:
            request = room.asked_of_me[0]
            self.remark(f"{key_for('partner')} reads: {request.by.shown} waits for a partner: {request.title}")

    def _ask_name(self, room: Room) -> None:
        seat = self.acting.tools.seat
        if seat is None or seat.named or self._asked_name or not room.others or len(self.screen_stack) != 1:
            return
        self._asked_name = True
        self.push_screen(NameDialog(), self._named)

    def _named(self, name: str | None) -> None:
        seat = self.acting.tools.seat
        if name and seat is not None:
            self._in_thread(partial(seat.rename, name))
        self.draw()

    def _follow(self, room: Room) -> None:
        holder = room.holder
        if holder is None or holder.lost or holder.member.run == room.run:
            self.following = False
        elif len(self.screen_stack) == 1 and holder.member.page:
            where = (holder.member.page, holder.member.key)
            if where != (self.page_name, self.page.main.key):
                self.go(*where)

    def action_command(self, name: str) -> None:
        """Who presses a key looks for themselves again."""
        self.following = False
        super().action_command(name)

    def do_room(self) -> None:
        """Who is here."""
        seat = self.acting.tools.seat
        if seat is None or self.room is None:
            self.say("nobody else can be here: this console is in no room")
        else:
            self.push_screen(RoomDialog(self.room, seat.take, self._watchers()), self._roomed)

    def _roomed(self, wish: str | None) -> None:
        seat = self.acting.tools.seat
        self.draw()
        if wish == GIVE and seat is not None:
            self._in_thread(lambda: self._said(seat.give()))
        elif wish == FOLLOW:
            self.following = True
            self.say("you see what the other one looks at, until you press a key")

    def _said(self, why: str) -> None:
        if why:
            self.call_from_thread(self.say, why)

    def do_partner(self) -> None:
        """Read what waits."""
        seat, waiting = self.acting.tools.seat, self.room.asked_of_me if self.room is not None else ()
        if seat is None or not waiting:
            self.say("nothing waits for a partner")
            return
        request: Request = waiting[0]
        details = next((dict(entry.details) for entry in seat.entries if entry.n == request.n), {})
        self.push_screen(ReadingDialog(request, details, seat.agree, seat.decline), lambda _: self.draw())

    def partner_for(self, plan: Plan) -> str:
        """Who could agree to it, one sentence; '' where nobody has to."""
        seat = self.acting.tools.seat
        if seat is None or not asks_partner(plan, seat.room.need):
            return ""
        return seat.who_could
