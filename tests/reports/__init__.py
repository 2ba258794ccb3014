"""Tests of osallisuus/reports."""
