"""The whole product looked over: set up, checked, tried, counted, told."""
