"""Tests of what leaves for other people, against real servers on loopback."""
