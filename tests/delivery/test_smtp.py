import socket
import threading

import mailserver
import pytest
import trustme
from mailserver import PASSWORD, USER

from report_helpers.delivery.smtp import Permanent, Server, Temporary
from report_helpers.settings import Mail

LETTER = b"From: a@b.example\r\nSubject: Week 44\r\n\r\nOne line.\r\n.and a dot\r\n"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority, tmp_path_factory):
    file = tmp_path_factory.mktemp("certificates") / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return file


@pytest.fixture
def reach(ca_file):
    """Return how a client reaches an office."""

    def server(office, scheme="smtp", password=PASSWORD, **settings):
        given = {"sender": "marsale@b.example", "user": USER, "ca_file": str(ca_file)}
        given |= {"server": f"{scheme}://127.0.0.1:{office.port}"} | settings
        return Server(Mail(**given), password)

    return server


@pytest.fixture
def office(authority):
    with mailserver.running(mailserver.context(authority), auth=True) as found:
        yield found


def test_many_letters_go_over_one_connection_signed_in_over_starttls(office, reach):
    with reach(office).session() as session:
        session.send(LETTER, "ann@b.example")
        session.send(LETTER, "bo@b.example")
    assert office.taken == [
        ("marsale@b.example", ["ann@b.example"], LETTER),
        ("marsale@b.example", ["bo@b.example"], LETTER),
    ]
    assert (office.signed_in, office.connections) == ([(USER, PASSWORD)], 1)


def test_tls_from_the_start(authority, reach):
    tls = mailserver.context(authority)
    with mailserver.running(tls, from_the_start=True, auth=True) as office:
        with reach(office, "smtps").session() as session:
            session.send(LETTER, "ann@b.example")
        assert len(office.taken) == 1


def test_nobody_signs_in_where_no_user_is_set(authority, reach):
    with mailserver.running(mailserver.context(authority)) as office:
        with reach(office, user="", password=None).session() as session:
            session.send(LETTER, "ann@b.example")
        assert len(office.taken) == 1


def test_greylisting_is_temporary_and_a_second_try_is_taken(office, reach):
    office.refuses["ann@b.example"] = ["451 4.7.1 greylisted, come back in five minutes"]
    with reach(office).session() as session:
        with pytest.raises(Temporary, match=r"451 4\.7\.1 greylisted, come back"):
            session.send(LETTER, "ann@b.example")
        session.send(LETTER, "ann@b.example")
    assert len(office.taken) == 1


def test_a_bad_address_harms_only_itself(office, reach):
    office.refuses["left@b.example"] = ["550 5.1.1 no such user"]
    with reach(office).session() as session:
        session.send(LETTER, "ann@b.example")
        with pytest.raises(Permanent, match=r"550 5\.1\.1 no such user") as caught:
            session.send(LETTER, "left@b.example")
        session.send(LETTER, "bo@b.example")
    assert [to for _, to, _ in office.taken] == [["ann@b.example"], ["bo@b.example"]]
    assert (caught.value.exit_code, bool(caught.value.remedy)) == (6, True)


def test_a_sender_that_is_refused_is_no_fault_of_a_letter(office, reach):
    office.shut_to["marsale@b.example"] = "530 5.7.57 client not authenticated to send mail"
    refused = pytest.raises(Permanent, match=r"530 5\.7\.57 client not")
    with refused as caught, reach(office).session():
        pytest.fail("there is no session to send letters with")
    assert "[mail] user" in caught.value.remedy


def test_a_letter_too_large_says_how_to_make_it_smaller(office, reach):
    office.refuses["ann@b.example"] = ["552 5.3.4 message too big"]
    with reach(office).session() as session, pytest.raises(Permanent) as caught:
        session.send(LETTER, "ann@b.example")
    assert "megabytes" in caught.value.remedy


def test_a_connection_that_breaks_within_a_letter_is_temporary(office, reach):
    office.hangs_up = True
    with reach(office).session() as session, pytest.raises(Temporary, match="connection"):
        session.send(LETTER, "ann@b.example")
    assert office.taken == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_of_a_stranger_is_refused_before_anything_is_said(scheme, reach):
    stranger = mailserver.context(trustme.CA())
    early = scheme == "smtps"
    with mailserver.running(stranger, from_the_start=early, auth=True) as office:
        with (
            pytest.raises(Permanent, match="not trusted") as caught,
            reach(office, scheme).session(),
        ):
            pass
        assert (office.signed_in, office.taken) == ([], [])
    assert "ca_file" in caught.value.remedy


def test_a_certificate_for_another_name_is_refused(authority, reach):
    other = mailserver.context(authority, "mail.elsewhere.example")
    with (
        mailserver.running(other, auth=True) as office,
        pytest.raises(Permanent, match="not valid for"),
        reach(office).session(),
    ):
        pass


def test_without_starttls_nothing_is_sent_in_the_clear(reach):
    with mailserver.running() as office:
        with pytest.raises(Permanent, match="offers no STARTTLS"), reach(office).session():
            pass
        assert (office.signed_in, office.taken) == ([], [])


def test_a_wrong_password_is_permanent_and_never_told(office, reach):
    office.auth_answer = "535 5.7.8 not with secret wrong-pass"
    with (
        pytest.raises(Permanent, match=r"535 5\.7\.8 not with secret …") as caught,
        reach(office, password="wrong-pass").session(),
    ):
        pass
    assert "MARSALE_MAIL_PASSWORD" in caught.value.remedy
    assert "wrong-pass" not in f"{caught.value} {reach(office, password='wrong-pass')!r}"


@pytest.mark.parametrize(("password", "told"), [(None, "no password"), ("pässword", "ASCII")])
def test_a_password_that_cannot_be_used_is_told_before_it_is_sent(office, reach, password, told):
    with pytest.raises(Permanent, match=told), reach(office, password=password).session():
        pass
    assert office.signed_in == []


def test_a_server_that_knows_no_passwords_is_told(authority, reach):
    with (
        mailserver.running(mailserver.context(authority)) as office,
        pytest.raises(Permanent, match="cannot be used") as caught,
        reach(office).session(),
    ):
        pass
    assert "[mail] user" in caught.value.remedy


def test_addresses_beyond_ascii(office, reach):
    with reach(office).session() as session:
        session.send(LETTER, "zoë@müller.example")
        session.send(LETTER, "zoe@müller.example")
    addresses = [to for _, [to], _ in office.taken]
    assert addresses == ["zoë@xn--mller-kva.example", "zoe@xn--mller-kva.example"]


def test_a_server_that_takes_plain_addresses_only_refuses_the_others(authority, reach):
    with mailserver.running(mailserver.context(authority), auth=True, smtputf8=False) as office:
        with reach(office).session() as session:
            with pytest.raises(Permanent, match=r"beyond ASCII, such as zoë@b\.example"):
                session.send(LETTER, "zoë@b.example")
            session.send(LETTER, "zoe@b.example")
        assert len(office.taken) == 1


@pytest.fixture
def deaf():
    """Return a port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_server_that_says_nothing_is_temporary(deaf):
    mail = Mail(server=f"smtp://127.0.0.1:{deaf}", sender="a@b.example")
    with pytest.raises(Temporary, match="timed out"), Server(mail, patience=0.2).session():
        pass


def test_a_server_that_turns_everybody_away():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_answer, args=(listening, b"554 no mail here\r\n"))
        thread.start()
        mail = Mail(server=f"smtp://127.0.0.1:{listening.getsockname()[1]}", sender="a@b.example")
        with pytest.raises(Permanent, match="554 no mail here"), Server(mail).session():
            pass
        thread.join()


def _answer(listening, words):
    connection, _ = listening.accept()
    with connection:
        connection.sendall(words)
        connection.recv(1000)


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    mail = Mail(server=f"smtp://127.0.0.1:{port}", sender="a@b.example")
    with pytest.raises(Temporary, match="connection failed"), Server(mail).session():
        pass


def test_a_host_nobody_knows():
    mail = Mail(server="smtp://mail.invalid:587", sender="a@b.example")
    with pytest.raises(Temporary, match="connection failed"), Server(mail).session():
        pass


def test_tls_on_a_port_that_begins_without_says_which_is_which(office, reach):
    with pytest.raises(Temporary) as caught, reach(office, "smtps").session():
        pass
    assert "smtp:// for STARTTLS" in caught.value.remedy


@pytest.mark.parametrize("server", ["", "smtp://host:0x", "smtp://host:99999", "smtp://a..b:25"])
def test_a_server_that_is_none_is_a_setting_to_correct(server):
    with pytest.raises(Permanent, match=r"no mail server|cannot be used"):
        Server(Mail(server=server, sender="a@b.example")).session().__enter__()


def test_certificates_that_are_not_there(tmp_path, office, reach):
    with (
        pytest.raises(Permanent, match="cannot be read") as caught,
        reach(office, ca_file=str(tmp_path / "none.pem")).session(),
    ):
        pass
    assert "none.pem" in str(caught.value)
