"""The longer algorithms behind functions that Excel cannot say."""
