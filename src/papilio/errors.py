"""The errors that papilio raises on purpose: one sentence that says what, where and the remedy."""


class PapilioError(Exception):
    """Base of all of papilio's own errors; anything else that escapes is a defect of ours."""


class ReadError(PapilioError):
    """A file cannot be read as measurement data; names the file, the line and the remedy."""


class DatasetError(PapilioError):
    """A Dataset breaks the contract; names the variable and the remedy."""


class OptionsError(PapilioError):
    """A setting has an unknown name, a wrong type, a wrong unit or a value out of range."""


class StudyError(PapilioError):
    """A study file is wrong; names the file, the line, the key and the remedy."""


class AnalysisError(PapilioError):
    """A question cannot be answered from this Dataset; says what is missing and the remedy."""


class FitError(AnalysisError):
    """A fit did not converge or is not determined by the data."""
