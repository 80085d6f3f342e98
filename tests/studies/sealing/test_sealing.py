"""Codes, commitments, shares, sealed keys, holders and the root of heads."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.records.study_key import StimulusKey, StudyKey, TrialKey
from synthscope.studies.sealing import holders
from synthscope.studies.sealing.codes import code_of, new_secret
from synthscope.studies.sealing.commitment import check_commitment, commitment_of, new_nonce
from synthscope.studies.sealing.envelope import open_share, seal, unseal
from synthscope.studies.sealing.heads import grouped, root_of
from synthscope.studies.sealing.holders import make_holder, open_holder
from synthscope.studies.sealing.shares import _inverse, _product, join, split
from synthscope.studies.sealing.signing import Consent, check_signature, sign

PICTURE = StimulusKey("c1", "real-0", "real", "A", "k", True)
KEY = StudyKey("x", {"A": "real"}, (PICTURE,), (TrialKey("t", "s", "test"),))


@pytest.fixture
def team(tmp_path, monkeypatch):
    monkeypatch.setattr(holders, "SCRYPT_COST", 2**4)
    for name in ("Ada", "Ben", "Cleo"):
        make_holder(tmp_path / name, name, "long enough")
    return [open_holder(tmp_path / name, "long enough") for name in ("Ada", "Ben", "Cleo")]


def test_codes_are_the_published_hmac():
    # RFC 4231, test case 2
    assert code_of(b"Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e"
    assert code_of(new_secret(), "a") != code_of(new_secret(), "a")


def test_a_commitment_holds_for_one_key_alone():
    nonce = new_nonce()
    said = commitment_of(KEY, nonce)
    check_commitment(KEY, nonce, said)
    with pytest.raises(InputError, match="not the one that was committed to"):
        check_commitment(replace(KEY, letters={"A": "model"}), nonce, said)
    with pytest.raises(InputError, match="nonce has 3 bytes"):
        commitment_of(KEY, b"abc")


def test_the_field_is_that_of_aes():
    assert _product(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert all(_product(a, _inverse(a)) == 1 for a in range(1, 256))


@settings(deadline=None, max_examples=30)
@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_k_shares_give_the_secret(secret, data):
    count = data.draw(st.integers(1, 6))
    needed = data.draw(st.integers(1, count))
    shares = split(secret, needed, count)
    for chosen in combinations(shares, needed):
        assert join({x: shares[x] for x in chosen}) == secret


def test_one_share_of_two_fits_every_secret():
    (share,) = (split(b"a", 2, 2)[1],)
    fitting = {join({1: share, 2: bytes([other])}) for other in range(256)}
    assert len(fitting) == 256


@pytest.mark.parametrize(("needed", "count"), [(0, 2), (3, 2), (2, 256)])
def test_impossible_shares_are_refused(needed, count):
    with pytest.raises(InputError, match="is not possible"):
        split(b"a", needed, count)


def test_any_two_of_three_open_the_key_and_one_does_not(team):
    sealed = seal(KEY, [keys.holder for keys in team], 2)
    shares = [open_share(sealed, keys) for keys in team]
    for pair in combinations(shares, 2):
        assert unseal(sealed, dict(pair)) == KEY
    with pytest.raises(InputError, match="1 of the 2 shares"):
        unseal(sealed, dict(shares[:1]))
    with pytest.raises(InputError, match="does not open"):
        unseal(replace(sealed, needed=1), dict(shares[:1]))


def test_a_stranger_and_changes_are_refused(team):
    sealed = seal(KEY, [keys.holder for keys in team[:2]], 2)
    with pytest.raises(InputError, match="Cleo holds no share"):
        open_share(sealed, team[2])
    with pytest.raises(InputError, match="share of Ada was changed"):
        open_share(replace(sealed, commitment="0" * 64), team[0])
    shares = dict(open_share(sealed, keys) for keys in team[:2])
    with pytest.raises(InputError, match="does not open"):
        unseal(replace(sealed, body="00" + sealed.body[2:]), shares)
    with pytest.raises(InputError, match="comes twice"):
        seal(KEY, [team[0].holder] * 2, 2)


def test_a_holder_opens_with_the_passphrase_alone(team, tmp_path):
    with pytest.raises(InputError, match="passphrase is another one"):
        open_holder(tmp_path / "Ada", "long enougH")
    with pytest.raises(InputError, match="has 5 letters"):
        make_holder(tmp_path / "Dan", "Dan", "short")


def test_the_root_follows_the_tree_by_hand():
    def leaf(name):
        return hashlib.sha256(b'\0["' + name + b'","h"]').digest()

    pair = hashlib.sha256(b"\1" + leaf(b"a") + leaf(b"b")).digest()
    assert root_of({"c": "h", "b": "h", "a": "h"}) == hashlib.sha256(b"\1" + pair + leaf(b"c")).hexdigest()
    assert root_of({"a": "h"}) == leaf(b"a").hex()
    assert grouped("00112233aa") == "0011 2233 aa"


def test_a_signature_is_under_one_consent_by_one_holder(team):
    consent = Consent("x", "c" * 64, "d" * 64, "All sessions are closed.")
    signature = sign(consent, team[0])
    check_signature(consent, signature)
    for wrong in (replace(consent, reason="Curiosity."), replace(consent, heads_root="e" * 64)):
        with pytest.raises(InputError, match="signature of Ada"):
            check_signature(wrong, signature)
    with pytest.raises(InputError, match="signature of Ben"):
        check_signature(consent, replace(signature, holder=team[1].holder))
