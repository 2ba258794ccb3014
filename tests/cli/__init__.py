"""Tests of osallisuus/cli."""
