"""Tests of osallisuus/domain."""
