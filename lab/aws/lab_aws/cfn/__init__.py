"""CloudFormation, with macros and real, asynchronous execution. moto's own stands aside."""
