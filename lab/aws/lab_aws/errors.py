"""An error as an AWS API answers it."""


class AwsError(Exception):
    def __init__(self, code, message, status=None, **fields):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        for name, value in fields.items():
            setattr(self, name, value)
