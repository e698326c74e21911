"""What the API remembers of requests that must not be done twice."""

from typing import Any

from django.db import models


class IdempotentRequest(models.Model):
    """An Idempotency-Key a program sent, the fingerprint of what came with it, and what it made.

    Not a tenant table: it belongs to an API key, which is looked up before any scope is open.
    """

    api_key: Any = models.ForeignKey("partners.ApiKey", models.CASCADE, related_name="+")
    value = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    made = models.CharField(max_length=20)
    made_id = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "value"], name="one_request_per_idempotency_key")]
        indexes = [models.Index(fields=["api_key", "at"], name="idempotent_request_age")]

    def __str__(self) -> str:
        return f"{self.made} {self.made_id}"
