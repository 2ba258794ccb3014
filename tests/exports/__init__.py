"""Tests of osallisuus/exports."""
