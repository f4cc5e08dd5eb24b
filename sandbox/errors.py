"""The service's errors: codes, HTTP statuses and messages (docs/sandbox.md lists when each is met)."""

STATUSES = {
    "InvalidParameter": (400, "Required parameter is missing or invalid."),
    "UnsupportedOperation": (400, "The operation is not supported in this state."),
    "Arrearage": (400, "Access denied, please make sure your account is in good standing."),
    "InvalidApiKey": (401, "Invalid API-key provided."),
    "AccessDenied": (403, "Access denied."),
    "Workspace.AccessDenied": (403, "Workspace access denied."),
    "Model.AccessDenied": (403, "Model access denied."),
    "AccessDenied.Unpurchased": (403, "Access to model denied. Please make sure you are eligible for using the model."),
    "NotFound": (404, "Not found!"),
    "ModelNotFound": (404, "Model not found."),
    "WorkSpaceNotFound": (404, "Workspace not found."),
    "Conflict": (409, "A deployment of that name exists, please give a suffix."),
    "BadRequest.TooMany": (400, "Out of number."),
    "BadRequest.TooLarge": (413, "Payload Too Large."),
    "Throttling": (429, "Requests throttling triggered."),
    "Throttling.RateQuota": (429, "Requests rate limit exceeded, please try again later."),
    "LimitRequests": (429, "You exceeded your current requests list."),
    "Throttling.BurstRate": (429, "Request rate increased too quickly, please slow down."),
    "Throttling.AllocationQuota": (429, "Allocated quota exceeded, please increase your quota limit."),
    "CommodityNotPurchased": (429, "Commodity has not purchased yet."),
    "PrepaidBillOverdue": (429, "The prepaid bill is overdue."),
    "PostpaidBillOverdue": (429, "The postpaid bill is overdue."),
    "InternalError": (500, "An internal error has occured, please try again later or contact service support."),
    "ServiceUnavailable": (503, "Service unavailable, please try again later."),
}

RUNNING_QUOTA = "Too many fine-tune job in running, please retry later."


def existing_quota(limit: int) -> str:
    """The words of the second quota; the number is the account's own."""
    return f"Only {limit} fine-tune job in running or succeeded allowed per user."


class ServiceError(Exception):
    """A refusal in the service's words; the HTTP status follows from the code."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.status, words = STATUSES[code]
        self.message = message or words
        super().__init__(f"{code}: {self.message}")
