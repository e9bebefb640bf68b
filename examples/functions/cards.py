def luhn_valid(numbers):
    """Whether the check digit of each card number fits (ISO/IEC 7812)."""
    return [checksum(number) % 10 == 0 for number in numbers]


def checksum(number):
    digits = [int(digit) for digit in reversed(number.replace(' ', ''))]
    return sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
