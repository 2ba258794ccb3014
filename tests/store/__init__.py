"""Tests of osallisuus/store."""
