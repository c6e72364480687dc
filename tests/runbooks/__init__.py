"""The runbooks of docs/, carried out line by line against the incidents that they are about."""
