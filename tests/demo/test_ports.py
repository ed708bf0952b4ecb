"""Ports are free, on the loopback address, and never handed out twice."""

from __future__ import annotations

import socket

from glamflow.sandbox.demo.ports import HOST, free_ports, is_listening


def test_one_call_never_hands_out_the_same_port_twice() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_handed_out_port_can_be_used() -> None:
    with socket.socket() as server:
        port = free_ports(1)[0]
        assert not is_listening(port)
        server.bind((HOST, port))
        server.listen()
        assert is_listening(port)
